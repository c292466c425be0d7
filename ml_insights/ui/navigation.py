"""What can be visited, from the capability list: groups of the side navigation, tabs, breadcrumbs, palette."""

from collections.abc import Iterable
from functools import lru_cache

from ml_insights.capabilities import capabilities
from ml_insights.core.access import Role, allowed
from ml_insights.core.capability import Page, TopBarItem
from ml_insights.core.i18n import N_

GROUPS = (N_("Home"), N_("Machine Learning"), N_("Data"), N_("Administration"))
"""Order of the groups; a group that is not named here comes after these."""


@lru_cache
def pages() -> tuple[Page, ...]:
    """Every page of every capability, lowest capability first."""
    return tuple(page for capability in capabilities() for page in capability.pages)


def top_bar() -> tuple[TopBarItem, ...]:
    """What every capability has above each page."""
    return tuple(item for capability in capabilities() for item in capability.top_bar)


def page_at(route: str) -> Page | None:
    """The page of `route`."""
    return next((page for page in pages() if page.route == route), None)


def groups(candidates: Iterable[Page] | None = None) -> list[tuple[str, list[Page]]]:
    """Navigation entries by group, in the order of GROUPS."""
    grouped: dict[str, list[Page]] = {group: [] for group in GROUPS}
    for page in pages() if candidates is None else candidates:
        if page.group:
            grouped.setdefault(page.group, []).append(page)
    placed = {group: sorted(entries, key=lambda page: page.order) for group, entries in grouped.items()}
    return [(group, entries) for group, entries in placed.items() if entries]


def family(route: str) -> list[Page]:
    """The page at `route` (or whose tab it is) followed by its tabs."""
    page = page_at(route)
    head = page.tab_of if page and page.tab_of else route
    return [entry for entry in pages() if entry.route == head or entry.tab_of == head]


def trail(route: str) -> list[tuple[str, str | None]]:
    """Breadcrumbs of `route`: (English label, route or None where there is nothing to visit)."""
    page = page_at(route)
    if page is None:
        return []
    parent = page_at(page.tab_of) if page.tab_of else None
    top = parent or page
    steps: list[tuple[str, str | None]] = [(top.group, None)] if top.group else []
    if parent:
        steps.append((parent.title, parent.route))
    return [*steps, (page.tab_label or page.title if parent else page.title, None)]


def allowed_routes(role: Role | None) -> list[str]:
    """Routes that `role` may open; pages without an area are open to anyone who is signed in."""
    return [page.route for page in pages() if not page.public and (page.area is None or allowed(role, page.area))]
