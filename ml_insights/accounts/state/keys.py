"""API keys."""

from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from ml_insights.accounts import policy, queries, service
from ml_insights.accounts.facts import Key
from ml_insights.core import clock
from ml_insights.core.access import Area, Role
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.identity import SCOPES
from ml_insights.ui.arrival import forgets
from ml_insights.ui.guard import allow, viewer


@forgets("making", "secret", "asked_id")
class KeysState(rx.State):
    """Every key, and the secret of the one that was made last."""

    rows: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    loaded: rx.Field[bool] = rx.field(default=False)
    making: rx.Field[bool] = rx.field(default=False)
    secret: rx.Field[str] = rx.field(default="")
    asked_id: rx.Field[str] = rx.field(default="")
    asked_name: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.API_KEYS)
    async def load(self):
        """Show the list anew."""
        self.rows = await rx.run_in_thread(_rows)
        self.loaded = True

    @rx.event
    @allow(Area.API_KEYS)
    def show_form(self, shown: bool):
        """Open or close the form."""
        self.making = shown

    @rx.event
    @allow(Area.API_KEYS)
    async def create(self, form: dict[str, Any]):
        """Make a key and show its secret, once."""
        acting = viewer(self)
        try:
            self.secret = await rx.run_in_thread(lambda: _create(form, acting.email))
        except ProductError as error:
            return rx.toast.error(error.message(acting.language))
        self.making = False
        self.rows = await rx.run_in_thread(_rows)

    @rx.event
    @allow(Area.API_KEYS)
    def forget_secret(self):
        """The secret has been copied."""
        self.secret = ""

    @rx.event
    @allow(Area.API_KEYS)
    def ask_to_revoke(self, key_id: str, name: str):
        """Ask whether it is meant."""
        self.asked_id, self.asked_name = key_id, name

    @rx.event
    @allow(Area.API_KEYS)
    def answer(self, is_open: bool):
        """Close the question."""
        self.asked_id = self.asked_id if is_open else ""

    @rx.event
    @allow(Area.API_KEYS)
    async def revoke(self):
        """Make the key that was asked about stop working."""
        acting, key_id = viewer(self), self.asked_id
        self.asked_id = ""
        try:
            await rx.run_in_thread(lambda: _revoke(int(key_id), acting.email))
        except ProductError as error:
            return rx.toast.error(error.message(acting.language))
        self.rows = await rx.run_in_thread(_rows)


def _create(form: dict[str, Any], actor: str) -> str:
    scopes = [scope for scope in SCOPES if form.get(scope)]
    days = str(form.get("days", ""))
    expires_at = clock.now() + timedelta(days=int(days)) if days.isdigit() else None
    with transaction() as session:
        made = service.create_key(session, str(form.get("name", "")), Role(form["role"]), scopes, expires_at, actor)
    return made.secret


def _revoke(key_id: int, actor: str) -> None:
    with transaction() as session:
        service.revoke_key(session, key_id, actor)


def _rows() -> list[dict[str, str]]:
    with reading() as session:
        return [_row(key) for key in queries.keys(session)]


def _row(key: Key) -> dict[str, str]:
    return {
        "id": str(key.key_id),
        "name": key.name,
        "prefix": f"{key.prefix}…",
        "role": key.role.value,
        "scopes": ", ".join(key.scopes),
        "created_by": key.created_by,
        "created_at": key.created_at.isoformat(),
        "expires_at": _moment(key.expires_at),
        "last_used_at": _moment(key.last_used_at),
        "status": _status(key),
    }


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _status(key: Key) -> str:
    if key.revoked_at:
        return "revoked"
    return "active" if policy.alive(key.expires_at, clock.now()) else "expired"
