"""The product's look as a Reflex plugin: Radix colours, one accent on slate greys, and Inter served by the site itself.

Radix Themes is left out on purpose: its stylesheet and scripts weigh more than the rest of the site without the
charts; `assets/css` styles plain elements with the same colour scales.

The plugin also unties the built site from the address that it was built for.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import reflex as rx
from reflex.plugins import Plugin
from reflex.utils.imports import ImportVar
from reflex.vars import VarData
from reflex_base.constants import Endpoint

SCALES = ("indigo", "slate", "red")
COLOURS = "@radix-ui/colors"
FONT = "@fontsource-variable/inter"
PACKAGES = [f"{COLOURS}@3.0.0", f"{FONT}@5.3.0"]
"""What npm installs beside the packages that components name."""

MARK = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#3E63DD"/>'
    '<path d="M5 15.5l3.6-4.4 3 2.6 2.7-4.2 4.5-5.8" fill="none" stroke="#fff" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
"""The product's mark, inside the page, so that it costs no request."""


class Look(Plugin):
    """Font, colour scales and the site's own address."""

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        """The scales in use, solid and translucent, light and dark."""
        kinds = ("", "-alpha", "-dark", "-dark-alpha")
        return (f"{FONT}/wght.css", *(f"{COLOURS}/{scale}{kind}.css" for scale in SCALES for kind in kinds))

    def post_build(self, **context: Any) -> None:
        """Let the page call the server that it came from: Reflex writes the build's own address and port into it."""
        own = [path for path in Path(context["static_dir"]).glob("assets/*.js") if _relocated(path)]
        if not own:
            raise RuntimeError("no server address found in the built site; has Reflex changed how it writes env.json?")


def _relocated(path: Path) -> bool:
    """Whether `path` named the server's address, which is now that of the page."""
    code = path.read_text()
    changed = code
    for endpoint in Endpoint:
        address = endpoint.get_url()
        scheme, _, rest = address.partition("://")
        origin = "location.origin" + ('.replace("http","ws")' if scheme.startswith("ws") else "")
        literal = re.compile(f"""(["'`]){re.escape(address)}\\1""")
        changed = literal.sub(f'({origin}+"/{rest.partition("/")[2]}")', changed)
    path.write_text(changed)
    return changed != code


def font_preload() -> rx.Component:
    """Fetch the Latin letters together with the page, so that the words do not jump."""
    file = f"{FONT}/files/inter-latin-wght-normal.woff2?url"
    href = rx.Var(
        "interLatin", _var_data=VarData(imports={file: [ImportVar(tag="interLatin", is_default=True, install=False)]})
    )
    return rx.el.link(
        rel="preload", href=href, type="font/woff2", custom_attrs={"as": "font", "crossOrigin": "anonymous"}
    )
