"""Passwords kept by Supabase Auth, used when SUPABASE_AUTH is on. Blocking: call it off the event loop."""

import httpx
from pydantic import ValidationError
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import AuthApiError, AuthError

from ml_insights.accounts.errors import SignInUnavailable
from ml_insights.core.settings import settings

CLIENT_FAULTS = range(400, 500)
OVERLOADED = 429


def enabled() -> bool:
    """Whether passwords are kept by Supabase."""
    return settings().supabase_auth


def verify(email: str, password: str) -> bool:
    """Whether Supabase signs this person in. Raises SignInUnavailable when it does not say."""
    try:
        with httpx.Client(timeout=settings().supabase_timeout_seconds) as http:
            answer = _client(http).sign_in_with_password({"email": email, "password": password})
    except AuthApiError as error:
        if error.status in CLIENT_FAULTS and error.status != OVERLOADED and error.code != "no_authorization":
            return False
        raise SignInUnavailable from error
    except (AuthError, httpx.HTTPError, ValidationError) as error:
        raise SignInUnavailable from error
    return answer.session is not None and (answer.session.user.email or "").lower() == email


def _client(http: httpx.Client) -> SyncGoTrueClient:
    key = settings().supabase_anon_key.get_secret_value()
    return SyncGoTrueClient(
        url=f"{settings().supabase_url.rstrip('/')}/auth/v1",
        headers={"apikey": key, "Authorization": f"Bearer {key}"},
        auto_refresh_token=False,
        persist_session=False,
        http_client=http,
    )
