"""Decides when a page's scripts arrive."""

from playwright.sync_api import Page, Route


class Scripts:
    """Keeps the site's scripts back until they are released."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] | None = []
        page.route("**/assets/*.js", self._meet)

    def _meet(self, route: Route) -> None:
        route.continue_() if self.held is None else self.held.append(route)

    def release(self) -> None:
        held, self.held = self.held or [], None
        for route in held:
            route.continue_()
