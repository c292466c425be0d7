"""The HTTP API: every capability's routers under /api, and who may call them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match

from ml_insights import __version__
from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area, allowed
from ml_insights.core.api_docs import add_docs
from ml_insights.core.capability import load
from ml_insights.core.database import reading
from ml_insights.core.errors import Forbidden, ProductError, SignInNeeded
from ml_insights.core.gate import CALLER, METRICS, SESSION_COOKIE, Gate, SecurityHeaders, credential_of
from ml_insights.core.identity import Caller, CredentialKind
from ml_insights.core.metrics import exposition
from ml_insights.core.problems import NoSuchRoute, WrongMethod, add_problems, problem_response

DESCRIPTION = """Forecasts and data of your company. Identify yourself with an API key (an admin makes it on the page
*API keys*) as `Authorization: Bearer mli_…`, or use this page while you are signed in. Errors are
`application/problem+json` (RFC 9457) in the language of `Accept-Language`."""
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class InvalidKey(ProductError):
    """This API key is unknown, expired or revoked. Ask an admin for a new one."""

    status, code = 401, "invalid-key"


class MissingScope(ProductError):
    """This API key lacks the scope “{scope}”. Ask an admin for a key that has it."""

    status, code = 403, "missing-scope"


class Health(BaseModel):
    """Whether the installation answers."""

    status: str
    version: str
    database: str


_bearer = HTTPBearer(auto_error=False, scheme_name="API key", description="An API key: `mli_…`")
_header = APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="API key (header)")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, scheme_name="Session")


def caller_for(area: Area, scope: str = "read") -> Callable[..., Awaitable[Caller]]:
    """A dependency that gives the Caller, or raises SignInNeeded, InvalidKey, MissingScope or Forbidden.

    Use it as `caller: Annotated[Caller, Depends(caller_for(Area.DEMAND))]`; `scope` is "read" or "write".
    """

    async def caller(
        request: Request,
        _bearer: Annotated[object, Depends(_bearer)],
        _header: Annotated[object, Depends(_header)],
        _cookie: Annotated[object, Depends(_cookie)],
    ) -> Caller:
        found: Caller | None = request.scope.get("state", {}).get(CALLER)
        if found is None:
            raise InvalidKey if credential_of(request)[0] == CredentialKind.API_KEY else SignInNeeded
        if scope not in found.scopes:
            raise MissingScope(scope=scope)
        if not allowed(found.role, area):
            raise Forbidden
        return found

    return caller


def create_api() -> FastAPI:
    """The API, to be given to Reflex as `api_transformer`: Reflex mounts the site below its routes."""
    api = FastAPI(
        title="ML Insights",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        swagger_ui_oauth2_redirect_url=None,
    )
    api.include_router(_health, prefix="/api")
    api.include_router(_monitoring)
    for capability in capabilities():
        for reference in capability.routers:
            api.include_router(load(reference), prefix="/api")
    add_docs(api)
    api.add_route("/api/{path:path}", _nowhere, methods=METHODS, include_in_schema=False)
    api.add_route("/api", _nowhere, methods=METHODS, include_in_schema=False)
    add_problems(api)
    api.add_middleware(Gate)
    api.add_middleware(SecurityHeaders)
    return api


_health = APIRouter(prefix="/ml", tags=["health"])


@_health.get("/health", summary="Whether the installation and its database answer")
async def health(response: Response) -> Health:
    """Open to everybody; 503 while the database does not answer."""
    reachable = await asyncio.to_thread(_database_answers)
    response.status_code = 200 if reachable else 503
    status, database = ("ok", "reachable") if reachable else ("degraded", "unreachable")
    return Health(status=status, version=__version__, database=database)


def _database_answers() -> bool:
    try:
        with reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


_monitoring = APIRouter(tags=["monitoring"])


@_monitoring.get(
    METRICS,
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format."}},
)
async def metrics(caller: Annotated[Caller, Depends(caller_for(Area.METRICS))]) -> Response:
    """Jobs, imports, predictions and the accuracy of models. Give Prometheus an API key as its bearer token."""
    return Response(await asyncio.to_thread(_figures), media_type=EXPOSITION)


def _figures() -> bytes:
    with reading() as session:
        return exposition(session)


async def _nowhere(request: Request) -> Response:
    """Without this the site would answer with its page."""
    path = request.url.path
    known = [route.matches(request.scope)[0] for route in request.app.routes]
    error = WrongMethod(path=path, method=request.method) if Match.PARTIAL in known else NoSuchRoute(path=path)
    return problem_response(error, request)
