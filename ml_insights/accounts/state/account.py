"""One's own profile, password and sessions."""

from typing import Any

import reflex as rx

from ml_insights.accounts import queries, service, supabase_auth
from ml_insights.accounts.facts import OpenSession
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import LANGUAGES, N_, gettext
from ml_insights.ui.guard import allow, session_token, viewer
from ml_insights.ui.state import ShellState

FOLLOW_BROWSER = "localStorage.removeItem('language');document.cookie='language=; path=/; max-age=0';location.reload()"
SPEAK = (
    "localStorage.setItem('language','{tag}');"
    "document.cookie='language={tag}; path=/; max-age=31536000; samesite=lax';location.reload()"
)


class AccountState(rx.State):
    """The reader's own account."""

    name: rx.Field[str] = rx.field(default="")
    email: rx.Field[str] = rx.field(default="")
    role: rx.Field[str] = rx.field(default="")
    language: rx.Field[str] = rx.field(default="")
    by_supabase: rx.Field[bool] = rx.field(default=False)
    sessions: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @allow(Area.ACCOUNT)
    async def load(self):
        """Show what is stored."""
        acting, token = viewer(self), session_token(self)
        self.name, self.email, self.role = acting.name, acting.email, acting.role.value
        self.by_supabase = supabase_auth.enabled()
        self.language, self.sessions = await rx.run_in_thread(lambda: _own(acting.user_id, token))
        self.loaded = True

    @rx.event
    @allow(Area.ACCOUNT)
    async def save(self, form: dict[str, Any]):
        """Store name and language; a new language shows at once."""
        acting = viewer(self)
        name, language = str(form.get("name", "")), str(form.get("language", ""))
        try:
            await rx.run_in_thread(lambda: _save(acting.user_id, name, language))
        except ProductError as error:
            yield rx.toast.error(error.message(acting.language))
            return
        changed, self.name, self.language = language != self.language, name, language
        shell = await self.get_state(ShellState)
        shell.name = name
        yield rx.toast.success(gettext(N_("Saved"), acting.language))
        if changed:
            yield rx.call_script(SPEAK.format(tag=language) if language in LANGUAGES else FOLLOW_BROWSER)

    @rx.event
    @allow(Area.ACCOUNT)
    async def change_password(self, form: dict[str, Any]):
        """Store the new password and sign every other browser out."""
        acting, token = viewer(self), session_token(self)
        old, new = str(form.get("old", "")), str(form.get("new", ""))
        try:
            await rx.run_in_thread(lambda: _change_password(acting.user_id, old, new, token))
        except ProductError as error:
            yield rx.toast.error(error.message(acting.language))
            return
        yield rx.toast.success(gettext(N_("Password changed; every other browser was signed out."), acting.language))
        yield AccountState.load

    @rx.event
    @allow(Area.ACCOUNT)
    async def end_session(self, session_id: str):
        """Sign one browser out."""
        acting = viewer(self)
        await rx.run_in_thread(lambda: _end_session(acting.user_id, int(session_id), acting.email))
        yield AccountState.load

    @rx.event
    @allow(Area.ACCOUNT)
    async def sign_out_everywhere(self):
        """End every session, this one included."""
        acting = viewer(self)
        await rx.run_in_thread(lambda: _sign_out_everywhere(acting.user_id, acting.email))
        yield rx.redirect("/sign-in")


def _own(user_id: int, token: str) -> tuple[str, list[dict[str, str]]]:
    with reading() as session:
        current = queries.session_id(session, token)
        opened = queries.open_sessions(session, user_id)
        return queries.user_by_id(session, user_id).language, [_row(one, current) for one in opened]


def _row(opened: OpenSession, current: int | None) -> dict[str, str]:
    return {
        "id": str(opened.session_id),
        "browser": browser_of(opened.user_agent),
        "current": "yes" if opened.session_id == current else "",
        "last_seen_at": opened.last_seen_at.isoformat(),
        "created_at": opened.created_at.isoformat(),
        "expires_at": opened.expires_at.isoformat(),
    }


def browser_of(user_agent: str) -> str:
    """Browser and system, as far as a User-Agent header names them; the order matters, for they imitate each other."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "macOS",
        "Linux": "Linux",
    }
    found = [next((name for mark, name in names.items() if mark in user_agent), "") for names in (browsers, systems)]
    return " · ".join(part for part in found if part)


def _save(user_id: int, name: str, language: str) -> None:
    with transaction() as session:
        service.update_profile(session, user_id, name, language)


def _change_password(user_id: int, old: str, new: str, token: str) -> None:
    with transaction() as session:
        service.change_password(session, user_id, old, new, token)


def _end_session(user_id: int, session_id: int, actor: str) -> None:
    with transaction() as session:
        service.end_session(session, user_id, session_id, actor)


def _sign_out_everywhere(user_id: int, actor: str) -> None:
    with transaction() as session:
        service.sign_out_everywhere(session, user_id, actor)
