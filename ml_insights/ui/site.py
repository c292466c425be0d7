"""Turns every capability's pages into the site: frame, guard, title, and the pages for what went wrong."""

from collections.abc import Callable
from functools import wraps

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.core.api import create_api
from ml_insights.core.capability import Page, load
from ml_insights.core.i18n import N_
from ml_insights.ui.arrival import Arrival
from ml_insights.ui.computing import ComputingState
from ml_insights.ui.entrance import Entrance
from ml_insights.ui.faults import WRAPS, explained
from ml_insights.ui.guard import FORBIDDEN_ROUTE, Guard
from ml_insights.ui.i18n import HEAD_SCRIPT, t
from ml_insights.ui.look import MARK, font_preload
from ml_insights.ui.navigation import pages, top_bar
from ml_insights.ui.plain import forbidden, not_found
from ml_insights.ui.shell import route_styles, shell
from ml_insights.ui.state import ShellState

STYLES = (
    "tokens",
    "base",
    "frame",
    "dialogs",
    "page",
    "waiting",
    "forms",
    "tables",
    "charts",
    "plain",
    "accounts",
    "inbox",
    "jobs",
    "factory",
    "churn",
    "propensity",
    "customers",
    "prices",
    "routes",
    "imports",
    "narrow",
)
"""Files of `assets/css`, in the order in which they win over each other."""

DESCRIPTION = N_("Demand forecasts that say how sure they are, from your own orders.")


def create_app() -> rx.App:
    """The Reflex app: look, guard, and the page of every capability."""
    app = rx.App(
        stylesheets=[f"/css/{name}.css" for name in STYLES],
        html_lang="en",
        head_components=head(),
        app_wraps=WRAPS,
        api_transformer=[Entrance, create_api()],
        toaster=rx.toast.provider(position="bottom-right", rich_colors=False),
        backend_exception_handler=explained,
    )
    app.add_middleware(Guard(), index=0)
    for capability in capabilities():
        for reference in capability.lifespan:
            app.register_lifespan_task(load(reference))
    app.add_middleware(Arrival(), index=1)
    for page in pages():
        add_page(app, page)
    app.add_page(forbidden, route=FORBIDDEN_ROUTE, title=titled("Not for your role"))
    app.add_page(not_found, route="404", title=titled("Not found"))
    return app


def head() -> list[rx.Component]:
    """What every page's head starts with."""
    return [
        rx.el.script(HEAD_SCRIPT),
        rx.el.style(route_styles()),
        # The first paint waits until the content is parsed, and with it what it shows first: milliseconds, no jump.
        rx.el.link(rel="expect", href="#content", custom_attrs={"blocking": "render"}),
        font_preload(),
        rx.el.link(rel="icon", href=MARK, type="image/svg+xml"),
        rx.el.meta(name="theme-color", content="#3e63dd"),
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1"),
    ]


def add_page(app: rx.App, page: Page) -> None:
    """Add `page` to `app`, framed unless it is public."""
    view = load(page.view)
    events = [] if page.public else [ShellState.load, ComputingState.load, *(load(item.on_load) for item in top_bar())]
    if page.on_load:
        events.append(load(page.on_load))
    app.add_page(
        view if page.public else _framed(page, view),
        route=page.route,
        title=titled(page.title),
        description=t(DESCRIPTION),
        on_load=events,
    )


def _framed(page: Page, view: Callable[[], rx.Component]) -> Callable[[], rx.Component]:
    """Keeps `view`'s module name, by which Reflex decides which script a page's parts go into."""

    @wraps(view)
    def framed() -> rx.Component:
        return shell(page, view())

    return framed


def titled(title: str) -> rx.Var[str]:
    """The document's title in the reader's language."""
    return t("{page} · ML Insights", page=t(title))
