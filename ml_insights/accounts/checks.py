"""What the doctor asks about signing in."""

import httpx

from ml_insights.accounts import queries, supabase_auth
from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.core.settings import settings

DEMO_LOGINS_FIX = (
    "Remove the demo company (`python -m ml_insights demo remove`) before other people can reach the site."
)


def admin() -> Finding:
    """Can anybody manage the users?"""
    with reading() as session:
        admins, demo_logins = queries.active_admins(session), queries.has_demo_logins(session)
    if not admins:
        fix = "Open the one-time link that `python -m ml_insights users setup-link` prints."
        return Finding(Status.WARNING, "The company has no admin yet.", fix)
    if demo_logins:
        return Finding(Status.NOTE, f"{admins} admin(s), and the demo company's logins work.", DEMO_LOGINS_FIX)
    return Finding(Status.OK, f"{admins} admin(s).")


def sign_in() -> Finding:
    """Where are passwords kept, and does it answer?"""
    if not supabase_auth.enabled():
        return Finding(Status.OK, "Passwords are kept here, hashed.")
    if not (settings().supabase_url and settings().supabase_anon_key.get_secret_value()):
        fix = "Set SUPABASE_URL and SUPABASE_ANON_KEY, or turn SUPABASE_AUTH off."
        return Finding(Status.BROKEN, "SUPABASE_AUTH is on, but Supabase's address or public key is missing.", fix)
    try:
        answer = httpx.get(
            f"{settings().supabase_url.rstrip('/')}/auth/v1/settings",
            headers={"apikey": settings().supabase_anon_key.get_secret_value()},
            timeout=settings().supabase_timeout_seconds,
        )
        answer.raise_for_status()
    except httpx.HTTPError as error:
        fix = "Check SUPABASE_URL and SUPABASE_ANON_KEY; nobody can sign in meanwhile."
        return Finding(Status.BROKEN, f"Supabase Auth does not answer ({type(error).__name__}).", fix)
    return Finding(Status.OK, "Passwords are kept by Supabase Auth, which answers.")
