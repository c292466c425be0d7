"""Signing in and out, as plain HTML forms, so that password managers and browsers without scripts manage."""

import asyncio
from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse

from ml_insights.accounts import service
from ml_insights.accounts.facts import SignIn
from ml_insights.accounts.policy import own_path
from ml_insights.core.access import Area, Role
from ml_insights.core.api import caller_for
from ml_insights.core.database import transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.gate import SESSION_COOKIE
from ml_insights.core.identity import Caller
from ml_insights.core.settings import settings

LANGUAGE_COOKIE = "language"
LANGUAGE_SECONDS = 365 * 24 * 3600
SEE_OTHER = 303

router = APIRouter(prefix="/auth", tags=["accounts"])


class Me(BaseModel):
    """Who is calling."""

    kind: str
    name: str
    email: str
    role: Role
    scopes: list[str]


@router.get("/me", summary="Who is calling")
async def me(caller: Annotated[Caller, Depends(caller_for(Area.ACCOUNT))]) -> Me:
    """The person or key that the request identifies."""
    return Me(kind=caller.kind, name=caller.name, email=caller.email, role=caller.role, scopes=sorted(caller.scopes))


@router.post("/sign-in", include_in_schema=False)
async def sign_in(
    email: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=4096)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
    user_agent: Annotated[str, Header()] = "",
    referer: Annotated[str, Header(max_length=4000)] = "",
) -> RedirectResponse:
    """Open a session and go on to `next`, or back to the form with the error's code."""
    wanted = _asked_for(next, referer)
    try:
        outcome = await asyncio.to_thread(_sign_in, email, password, user_agent)
    except ProductError as error:
        outcome = SignIn(error=error)
    if outcome.error:
        told = {"error": outcome.error.code, "next": wanted, "email": email.strip()[:254]}
        until = {"until": outcome.error.values["until"]} if "until" in outcome.error.values else {}
        return RedirectResponse(f"/sign-in?{urlencode(told | until)}", SEE_OTHER)
    return _signed_in(outcome.token, outcome.language, wanted)


def _asked_for(field: str, referer: str) -> str:
    """The page to go on to. The form's address knows it even where the form was sent before its state came."""
    named = parse_qs(urlsplit(referer).query).get("next", ["/"])[-1]
    return own_path(named if field in ("", "/") else field)


def _sign_in(email: str, password: str, user_agent: str) -> SignIn:
    with transaction() as session:
        return service.sign_in(session, email, password, user_agent)


@router.post("/setup", include_in_schema=False)
async def setup(
    token: Annotated[str, Form(max_length=200)] = "",
    name: Annotated[str, Form(max_length=1000)] = "",
    email: Annotated[str, Form(max_length=1000)] = "",
    password: Annotated[str, Form(max_length=4096)] = "",
    user_agent: Annotated[str, Header()] = "",
) -> RedirectResponse:
    """Use a one-time link up and sign in, or go back to its page with the error's code."""
    try:
        opened = await asyncio.to_thread(_complete, token, name, email, password, user_agent)
    except ProductError as error:
        told = {"token": token, "error": error.code, "name": name[:200], "email": email[:254]}
        return RedirectResponse(f"/setup?{urlencode(told)}", SEE_OTHER)
    return _signed_in(opened, "", "/")


def _complete(token: str, name: str, email: str, password: str, user_agent: str) -> str:
    with transaction() as session:
        return service.complete_setup(session, token, name, email, password, user_agent)


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request) -> RedirectResponse:
    """End this browser's session."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if token:
        await asyncio.to_thread(_sign_out, token)
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _sign_out(token: str) -> None:
    with transaction() as session:
        service.sign_out(session, token)


def _signed_in(token: str, language: str, path: str) -> RedirectResponse:
    answer = RedirectResponse(path, SEE_OTHER)
    secure = settings().public_url.startswith("https://")
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings().session_hours * 3600,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    if language:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=LANGUAGE_SECONDS, path="/", samesite="lax")
    return answer
