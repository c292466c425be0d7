"""A page with what its reader sees first inside of its HTML, drawn before any of the site's scripts has arrived.

A page names a function for it, `Page.first`; `assets/js/first_sight.js` draws what that returns. The same HTML without
it is what everybody may read; with it, it goes to readers who may open the page, and no cache may keep it.
"""

import asyncio
import gzip
import json
import logging
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from reflex.constants import Dirs
from reflex.utils.prerequisites import get_web_dir
from starlette.requests import Request
from starlette.responses import Response

from ml_insights.core.capability import Page, load
from ml_insights.core.formats import for_browsers
from ml_insights.core.i18n import LANGUAGES, language_from
from ml_insights.core.identity import Caller
from ml_insights.core.migrations import ROOT
from ml_insights.core.settings import settings
from ml_insights.ui.navigation import allowed_routes
from ml_insights.ui.state import notices_due

logger = logging.getLogger(__name__)

SCRIPTS = ("formats.js", "sketch.js", "first_sight.js")
DOCUMENT = "<html"
DRAWN_INTO = 'class="chart-sketch"'
SQUEEZE = 5
"""Level of gzip: the best ones cost more time than they save on the way."""


async def answer(request: Request, page: Page, caller: Caller) -> Response | None:
    """`page` for `caller` with its first sight; nothing where it has none, or it cannot be had, or it is not built."""
    path = get_web_dir() / Dirs.STATIC / page.route.strip("/") / "index.html"
    if page.first is None or not path.exists():
        return None
    query, language = dict(request.query_params), _language(request, caller)
    try:
        told, frame = await asyncio.to_thread(lambda: (load(page.first or "")(query, language), _frame(caller)))
    except Exception:  # The page itself says what is wrong; what comes before must not keep it away.
        logger.exception("the first sight of %s could not be had", page.route)
        return None
    start, middle, end = _page(path, path.stat().st_mtime_ns)
    body = "".join((start, frame, middle, _block(told) if told else "", end)).encode()
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Cookie, Accept-Language"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, SQUEEZE, mtime=0), "gzip"
    return Response(body, media_type="text/html", headers=headers)


def _frame(caller: Caller) -> str:
    """Attributes of the document: which links are shown, whether room is kept for notices, what the company is."""
    told = {"routes": " ".join(allowed_routes(caller.role)), "notices": str(len(notices_due()))}
    return "".join(f' data-{name}="{escape(value)}"' for name, value in (told | {"company": for_browsers()}).items())


def _block(told: dict[str, Any]) -> str:
    # "<" could end the element that this is in.
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="first-sight">{data}</script><script>{_script()}</script>'


@lru_cache
def _script() -> str:
    return "".join((ROOT / "assets" / "js" / name).read_text() for name in SCRIPTS)


@lru_cache(maxsize=8)
def _page(path: Path, _changed: int) -> tuple[str, str, str]:
    """The HTML, cut behind its first tag's name, and in the element that is drawn into, which React leaves alone."""
    html = path.read_text()
    top = html.index(DOCUMENT) + len(DOCUMENT)
    cut = html.index(">", html.index(DRAWN_INTO)) + 1
    return html[:top], html[top:cut], html[cut:]


def _language(request: Request, caller: Caller) -> str:
    chosen = request.cookies.get("language", "") or caller.language
    spoken = request.headers.get("accept-language", "")
    return chosen if chosen in LANGUAGES else language_from(spoken, settings().language)
