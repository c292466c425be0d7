"""What the frame around every page shows: who is signed in, what they may open, and which notices are due."""

import asyncio

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Area
from ml_insights.core.capability import Notice, load
from ml_insights.core.database import reading
from ml_insights.core.formats import for_browsers
from ml_insights.core.i18n import LANGUAGES, gettext
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.navigation import allowed_routes


class ShellState(rx.State):
    """Filled with each page load, in the same round trip as the page itself."""

    name: rx.Field[str] = rx.field(default="")
    email: rx.Field[str] = rx.field(default="")
    initials: rx.Field[str] = rx.field(default="")
    routes: rx.Field[list[str]] = rx.field(default_factory=list)
    company: rx.Field[str] = rx.field(default="")
    notices: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)

    @rx.event
    @allow(Area.ACCOUNT)
    async def load(self):
        """Learn who is looking and what they should know."""
        person = viewer(self)
        self.name, self.email, self.initials = person.name, person.email, initials(person.name or person.email)
        self.routes, self.company = allowed_routes(person.role), await asyncio.to_thread(for_browsers)
        due = await asyncio.to_thread(notices_due)
        self.notices = [told(notice, self.routes) for notice in due]


def notices_due() -> list[Notice]:
    """The notices of every capability whose reason holds now."""
    with reading() as session:
        asked = [load(reference)(session) for capability in capabilities() for reference in capability.notices]
    return [notice for notice in asked if notice is not None]


def told(notice: Notice, routes: list[str]) -> dict[str, str]:
    """`notice` in every language, for the reader may switch; `route` is empty where they may not go there."""
    said = {language: gettext(notice.message, language, **notice.values) for language in LANGUAGES}
    link = {f"action_{language}": gettext(notice.action, language) for language in LANGUAGES} if notice.action else {}
    route = notice.route if link and notice.route in routes else None
    return {"kind": notice.kind, "route": route or ""} | said | (link if route else {})


def initials(name: str) -> str:
    """At most two capitals: of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
