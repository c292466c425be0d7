"""What the reader sees when the page breaks or the server is away, in place of Reflex's own English texts."""

import logging
from collections.abc import Callable

import reflex as rx
from reflex.event import EventSpec
from reflex.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_too_many_connection_errors

from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import LANGUAGES
from ml_insights.ui.guard import public
from ml_insights.ui.i18n import language_of, t
from ml_insights.ui.parts import icon
from ml_insights.ui.plain import crashed

logger = logging.getLogger(__name__)

Wrap = Callable[[bool], rx.Component | None]


class Unexpected(ProductError):
    """Something unexpected went wrong; the server's log says more. Try again, and tell your admin if it stays so."""


class FaultState(rx.State):
    """Tells what a handler did not expect: only an event of the reader's own knows the language."""

    @rx.event
    @public
    def tell(self, messages: dict[str, str]):
        """Show the message of the reader's language."""
        return rx.toast.error(messages[language_of(self)], duration=10_000)


def explained(exception: Exception) -> EventSpec:
    """What to do about an exception that an event handler let through."""
    if not isinstance(exception, ProductError):
        logger.error("an event handler failed", exc_info=exception)
        exception = Unexpected()
    return FaultState.tell({language: exception.message(language) for language in LANGUAGES})  # pyright: ignore


@rx.memo
def crash_page() -> rx.Component:
    """A component of its own, because the boundary's fallback may not call hooks."""
    return crashed()


@rx.memo
def connection_line() -> rx.Component:
    """Shown from the second failed attempt on; it goes by itself when the server answers again."""
    line = rx.el.div(
        icon("wifi-off"),
        rx.el.span(t("The server does not answer. Nothing was lost; this page goes on by itself when it is back.")),
        class_name="banner banner-warning connection-line",
        role="alert",
    )
    return rx.fragment(rx.cond(has_too_many_connection_errors, line))


def _boundary(_stateful: bool) -> rx.Component:
    fallback = ArgsFunctionOperation.create(("event_args",), rx.Var.create(crash_page()), _var_type=rx.Component)
    return ErrorBoundary.create(fallback_render=fallback)


WRAPS: dict[tuple[int, str], Wrap] = {
    (55, "ErrorBoundary"): _boundary,
    (5, "ConnectionLine"): lambda _stateful: rx.fragment(connection_line()),
}
