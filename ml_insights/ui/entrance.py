"""What a page request passes: who is signed out, or has the wrong role, is sent on before any page is shown.

The pages as built hold no data (each event handler is guarded by itself); this spares readers the sight of a frame that
empties itself a moment later, and adds what they see first to the pages that have such a thing.
"""

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_insights.core.access import allowed
from ml_insights.core.capability import Page
from ml_insights.core.gate import SESSION_COOKIE
from ml_insights.core.identity import CredentialKind, identify_soon
from ml_insights.ui import first_sight
from ml_insights.ui.guard import FORBIDDEN_ROUTE, SIGN_IN_ROUTE
from ml_insights.ui.navigation import page_at

SEE_OTHER = 303
FINGERPRINTED = "/assets/"
FOREVER = "public, max-age=31536000, immutable"


class Entrance:
    """Wraps the site: `api_transformer=[Entrance, create_api()]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif page := page_at(scope["path"].rstrip("/") or "/"):
            answer = await _own_answer(scope, page) or self.app
            # The page's file is index.html in a folder of its name; asking for the folder spares a redirect.
            await answer({**scope, "path": page.route.rstrip("/") + "/"}, receive, send)
        elif scope["path"].startswith(FINGERPRINTED):
            await self.app(scope, receive, _kept_forever(send))
        else:
            await self.app(scope, receive, send)


async def _own_answer(scope: Scope, page: Page) -> Response | None:
    """The way elsewhere, or the page with its first sight; nothing where the page is to be sent as it was built."""
    if page.public or scope["method"] not in ("GET", "HEAD"):
        return None
    request = Request(scope)
    token = request.cookies.get(SESSION_COOKIE, "")
    caller = await identify_soon(CredentialKind.SESSION, token) if token else None
    if caller is None:
        query = scope.get("query_string", b"").decode("latin-1")
        asked = quote(scope["path"] + (f"?{query}" if query else ""))
        return RedirectResponse(f"{SIGN_IN_ROUTE}?next={asked}", SEE_OTHER)
    if page.area and not allowed(caller.role, page.area):
        return RedirectResponse(FORBIDDEN_ROUTE, SEE_OTHER)
    return await first_sight.answer(request, page, caller)


def _kept_forever(send: Send) -> Send:
    """Names under /assets/ change with the content."""

    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            MutableHeaders(scope=message)["Cache-Control"] = FOREVER
        await send(message)

    return with_header
