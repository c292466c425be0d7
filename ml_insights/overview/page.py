"""The first page after signing in: what matters today, and what to do first where there is nothing yet."""

import reflex as rx

from ml_insights.core.capability import load
from ml_insights.overview.state import OverviewState, cards
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import empty_state, loading, page_header
from ml_insights.ui.state import ShellState


def overview() -> rx.Component:
    """Cards of the capabilities that the reader's role allows."""
    greeting = rx.cond(
        ShellState.name != "",
        t("Hello, {name}. Here is what deserves your attention.", name=ShellState.name),
        t("Here is what deserves your attention."),
    )
    return rx.fragment(
        page_header("Overview", greeting),
        rx.cond(OverviewState.loaded, _cards(), loading("cards")),
    )


def _cards() -> rx.Component:
    shown = [rx.cond(OverviewState.areas.contains(card.area.value), load(card.view)()) for card in cards()]
    return rx.cond(
        OverviewState.areas.length() > 0,
        rx.el.div(*shown, class_name="overview-cards"),
        empty_state("layout-dashboard", "Nothing for your role", "What is new for you is in your inbox."),
    )
