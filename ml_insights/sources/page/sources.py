"""Data → Sources: where rows are read from by themselves."""

import reflex as rx

from ml_insights.sources.page.connection import connection_card
from ml_insights.sources.page.far_tables import tables_cards
from ml_insights.sources.page.look import STACK
from ml_insights.sources.state.connection import ConnectionState
from ml_insights.ui.parts import loading, page_header


def sources_page() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header("Sources", "Rows that are read by themselves, from a Supabase project; nothing is written there"),
        rx.cond(
            ConnectionState.loaded,
            rx.el.div(
                connection_card(),
                rx.cond((ConnectionState.origin != "") & (ConnectionState.problem == ""), tables_cards()),
                style=STACK,
            ),
            loading("table"),
        ),
    )
