"""Signing in, and using a one-time link up. The forms themselves post to the API, without scripts."""

import reflex as rx

from ml_insights.accounts import queries, supabase_auth
from ml_insights.accounts.facts import Link
from ml_insights.accounts.policy import own_path
from ml_insights.core.database import reading
from ml_insights.ui.guard import public, signed_in


class SignInState(rx.State):
    """What the address of the sign-in page says: why the last attempt failed, and where to go afterwards."""

    error: rx.Field[str] = rx.field(default="")
    until: rx.Field[str] = rx.field(default="")
    email: rx.Field[str] = rx.field(default="")
    next: rx.Field[str] = rx.field(default="/")

    @rx.event
    @public
    def load(self):
        """Read the address; whoever is signed in already goes on."""
        told = self.router.url.query_parameters
        self.error, self.until, self.email = told.get("error", ""), told.get("until", ""), told.get("email", "")
        self.next = own_path(told.get("next", "/"))
        if signed_in(self):
            return rx.redirect(self.next)


class SetupState(rx.State):
    """What a one-time link is for, and why the last attempt to use it failed."""

    token: rx.Field[str] = rx.field(default="")
    error: rx.Field[str] = rx.field(default="")
    purpose: rx.Field[str] = rx.field(default="")
    name: rx.Field[str] = rx.field(default="")
    email: rx.Field[str] = rx.field(default="")
    by_supabase: rx.Field[bool] = rx.field(default=False)
    loaded: rx.Field[bool] = rx.field(default=False)

    @rx.event
    @public
    async def load(self):
        """Look the link up."""
        told = self.router.url.query_parameters
        self.token, self.error = told.get("token", ""), told.get("error", "")
        link = await rx.run_in_thread(lambda: _link(self.token))
        self.purpose = link.purpose if link else ""
        self.name = told.get("name", "") or (link.name if link else "")
        self.email = (link.email if link else "") or told.get("email", "")
        self.by_supabase = supabase_auth.enabled()
        self.loaded = True


def _link(token: str) -> Link | None:
    with reading() as session:
        return queries.link(session, token)
