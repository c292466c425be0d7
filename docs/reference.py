"""Writes the reference pages from the code itself: `make docs`. A test fails when one of them is out of date."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from typer.main import get_command

from ml_insights.__main__ import add_slices, app
from ml_insights.capabilities import capabilities
from ml_insights.core.access import MATRIX, Role
from ml_insights.core.api import create_api
from ml_insights.core.settings import Settings

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by `make docs` from the code: change it there. -->\n"


def settings_page() -> str:
    """Every setting with its default."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if isinstance(field.default, SecretStr) else field.get_default(call_default_factory=True)
        rows.append(f"| `{name.upper()}` | {_code(default)} | {field.description} |")
    return _page(
        "Settings",
        "Each is an environment variable, or a line `NAME=value` in a file `.env` beside the Makefile. "
        "`python -m ml_insights doctor` says what is configured and whether it works.",
        "| setting | default | what it does |",
        "|---|---|---|",
        *rows,
    )


def commands_page() -> str:
    """Every command with its arguments and options."""
    add_slices()
    lines = [
        line for path, command in _commands("python -m ml_insights", get_command(app)) for line in _one(path, command)
    ]
    return _page(
        "Command line",
        "Exit codes: 0 it worked, 1 it did not (the reason is on stderr), 2 the command was not understood.",
        *lines,
    )


def access_page() -> str:
    """Who may open which page and do what."""
    header = f"| | {' | '.join(role.value for role in Role)} |"
    ruler = "|---|" + ":-:|" * len(Role)
    areas = [f"| {area.value} | {_ticks(MATRIX[area])} |" for area in MATRIX]
    pages = [page for capability in capabilities() for page in capability.pages]
    routes = [
        f"| `{page.route}` {page.title} | {_ticks(frozenset(Role) if page.area is None else MATRIX[page.area])} |"
        for page in pages
    ]
    public = ", ".join(f"`{page.route}`" for page in pages if page.public)
    return _page(
        "Who may do what",
        "One matrix (`ml_insights/core/access.py`) decides for pages, for what their buttons do, for the API and for "
        "API keys, which act with a role of their own.",
        "## Areas\n",
        header,
        ruler,
        *areas,
        "\n## Pages\n",
        header,
        ruler,
        *routes,
        f"\nOpen without signing in: {public}.",
    )


def api_page() -> str:
    """Every route of the API."""
    lines = []
    for path, methods in create_api().openapi()["paths"].items():
        for method, operation in methods.items():
            lines += _operation(method, path, operation)
    return _page(
        "API",
        "Interactive documentation is at `/api/docs` of your site. Programs send a key (Administration → API keys) as "
        "`Authorization: Bearer mli_…`; it has scopes, acts with a role, is shown once and can be revoked. "
        "Errors are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) in the caller's language "
        "(`Accept-Language`). Above the limit (`RATE_LIMIT`) the API answers 429 and says when to come back.\n\n"
        "    curl -H 'Authorization: Bearer mli_…' 'http://localhost:3000/api/ml/predict/demand/30'",
        *lines,
    )


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "cli.md": commands_page,
    "access.md": access_page,
    "api.md": api_page,
}


def _page(title: str, introduction: str, *lines: str) -> str:
    return "\n".join([f"# {title}", NOTE, introduction, "", *lines]) + "\n"


def _code(value: Any) -> str:
    return f"`{value}`" if value not in ("", None) else "–"


def _ticks(roles: frozenset[Role]) -> str:
    return " | ".join("●" if role in roles else "" for role in Role)


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name in sorted(inner):
        yield from _commands(f"{path} {name}", inner[name])


def _one(path: str, command: Any) -> Iterator[str]:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    shown = "".join(f" {argument.name.upper()}" for argument in arguments)
    yield f"## `{path.removeprefix('python -m ml_insights ')}`\n"
    yield f"    {path}{shown}{' [OPTIONS]' if options else ''}\n"
    yield " ".join((command.help or "").split()) + "\n"
    for parameter in (*arguments, *options):
        name = ", ".join(parameter.opts) if parameter in options else parameter.name.upper()
        default = parameter.default
        known = (
            default not in (None, "", False, ...) and not callable(default) and isinstance(default, str | int | float)
        )
        yield f"- `{name}` {parameter.help or ''}{f' Default: `{default}`.' if known else ''}".rstrip()
    if command.params:
        yield ""


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## `{method.upper()} {path}`\n"
    told = (operation.get("summary", ""), operation.get("description", ""))
    yield " ".join(f"{text.rstrip('.')}." for text in told if text).replace("\n", " ") + "\n"
    for parameter in operation.get("parameters", []):
        needed = ", required" if parameter.get("required") else ""
        yield f"- `{parameter['name']}` ({parameter['in']}{needed}) {parameter.get('description', '')}".rstrip()
    if operation.get("parameters"):
        yield ""


def main() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())


if __name__ == "__main__":
    main()
