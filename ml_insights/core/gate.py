"""What every request passes before it reaches the API or the site: security headers, origin check, callers, rate limit.

Plain ASGI: it must cost microseconds, and cover websockets and Reflex's own endpoints too.
"""

from collections.abc import Callable
from math import ceil
from time import time
from urllib.parse import urlsplit

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ml_insights.core.errors import ProductError, SignInNeeded
from ml_insights.core.identity import Caller, CredentialKind, identify_soon
from ml_insights.core.problems import NoSuchRoute, problem_response
from ml_insights.core.settings import settings

API = "/api/"
METRICS = "/metrics"
"""Where Prometheus looks by itself; for callers it is a part of the API like any other."""
SIGN_IN = "/api/auth/"
SIGN_IN_LIMIT = parse("60/minute")
"""Of one address. Each attempt costs a password hash, so guessing must be slower than reading."""
UPLOAD = "/_upload"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_COOKIE = "session"
KEY_HEADER = "x-api-key"
CALLER = "caller"
MEGABYTE = 1024 * 1024

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'self'",
        # React Router's start data is an inline script, and Reflex evaluates the calls that handlers send to the page.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class WrongOrigin(ProductError):
    """This request came from another site, so nothing was done. Open the product at its own address and try again; if
    this is its address, an admin should set PUBLIC_URL to it."""

    status, code = 403, "wrong-origin"


class TooManyRequests(ProductError):
    """Too many requests: {limit} are allowed. Wait {seconds} s and try again."""

    status, code = 429, "too-many-requests"


class UploadTooLarge(ProductError):
    """The file is larger than the {limit} MB that this installation takes. Split it, or ask an admin to raise
    UPLOAD_LIMIT_MB. Nothing was stored."""

    status, code = 413, "upload-too-large"


class LengthMissing(ProductError):
    """An upload must say how long it is (Content-Length). Nothing was stored."""

    status, code = 411, "length-missing"


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if is_api(scope["path"]):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


class Gate:
    """Finds out who is calling, refuses other sites' requests, and limits how many an API caller makes."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time) -> None:
        self.app, self.clock = app, clock
        self.limit = parse(settings().rate_limit)
        self.limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "websocket":
            await (self.app if comes_from_here(Headers(scope=scope)) else _refuse_websocket)(scope, receive, send)
        elif scope["type"] == "http" and is_api(scope["path"]):
            await self._answer_api(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(UPLOAD):
            await self._answer_upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer_api(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        caller = await caller_of(connection)
        headers = await self._count(connection, caller)
        refusal = self._refusal(connection, caller, headers)
        if refusal:
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})[CALLER] = caller

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, with_headers)

    def _refusal(self, connection: HTTPConnection, caller: Caller | None, headers: dict[str, str]) -> Response | None:
        if int(headers["RateLimit-Remaining"]) < 0:
            counted = headers | {"RateLimit-Remaining": "0", "Retry-After": headers["RateLimit-Reset"]}
            error = TooManyRequests(limit=str(self._limit(connection)), seconds=int(headers["RateLimit-Reset"]))
            return problem_response(error, connection, counted)
        if connection.scope["method"] in SAFE_METHODS or (caller and caller.kind == CredentialKind.API_KEY):
            return None
        by_browser = caller is not None or "origin" in connection.headers or SESSION_COOKIE in connection.cookies
        if by_browser and not (_tells_origin(connection.headers) and comes_from_here(connection.headers)):
            return problem_response(WrongOrigin(), connection)
        return None

    async def _count(self, connection: HTTPConnection, caller: Caller | None) -> dict[str, str]:
        """Rate limit headers after counting this request; remaining is -1 when it is one too many."""
        limit, bucket = self._limit(connection), caller.credential if caller else _address(connection.scope)
        within = await self.limiter.hit(limit, bucket)
        stats = await self.limiter.get_window_stats(limit, bucket)
        return {
            "RateLimit-Limit": str(limit.amount),
            "RateLimit-Remaining": str(stats.remaining if within else -1),
            "RateLimit-Reset": str(max(1, ceil(stats.reset_time - self.clock()))),
        }

    def _limit(self, connection: HTTPConnection) -> RateLimitItem:
        attempts = connection.scope["path"].startswith(SIGN_IN) and connection.scope["method"] not in SAFE_METHODS
        return SIGN_IN_LIMIT if attempts else self.limit

    async def _answer_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reflex stores a body before any handler can refuse it, and would show stored files to anybody."""
        connection = HTTPConnection(scope)
        refusal = await _upload_fault(connection)
        answer = problem_response(refusal, connection) if refusal else self.app
        await answer(scope, receive, send)


def is_api(path: str) -> bool:
    """Whether programs are served there, rather than the site."""
    return path.startswith(API) or path == METRICS


async def caller_of(connection: HTTPConnection) -> Caller | None:
    """The caller by `Authorization: Bearer`, `X-API-Key` or session cookie, in this order; the first one counts."""
    kind, secret = credential_of(connection)
    return await identify_soon(kind, secret) if secret else None


def credential_of(connection: HTTPConnection) -> tuple[CredentialKind, str]:
    """What the caller showed; empty where it was nothing."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return CredentialKind.API_KEY, token.strip()
    if key := connection.headers.get(KEY_HEADER):
        return CredentialKind.API_KEY, key
    return CredentialKind.SESSION, connection.cookies.get(SESSION_COOKIE, "")


def comes_from_here(headers: Headers) -> bool:
    """Whether Origin (else Referer) is this site's; callers that send neither are no browsers."""
    origin = headers.get("origin") or headers.get("referer")
    return not origin or urlsplit(origin).netloc in (headers.get("host"), urlsplit(settings().public_url).netloc)


def _tells_origin(headers: Headers) -> bool:
    return bool(headers.get("origin") or headers.get("referer"))


async def _upload_fault(connection: HTTPConnection) -> ProductError | None:
    if connection.scope["method"] != "POST":
        return NoSuchRoute(path=connection.url.path)
    if not (_tells_origin(connection.headers) and comes_from_here(connection.headers)):
        return WrongOrigin()
    token = connection.cookies.get(SESSION_COOKIE, "")
    if not token or await identify_soon(CredentialKind.SESSION, token) is None:
        return SignInNeeded()
    length = connection.headers.get("content-length", "")
    if not length.isdigit():
        return LengthMissing()
    # A megabyte of room for the form around the file.
    too_large = int(length) > (settings().upload_limit_mb + 1) * MEGABYTE
    return UploadTooLarge(limit=settings().upload_limit_mb) if too_large else None


async def _refuse_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return f"address:{client[0] if client else 'unknown'}"
