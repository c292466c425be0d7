"""Pricing anew: the button, its progress, and why it did not end well."""

import reflex as rx

from ml_insights.jobs.tables import JobStatus
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.running import PricesRunState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, progress_bar


def recompute_button() -> rx.Component:
    """Price every product anew, for those who may."""
    return rx.cond(
        PricesState.can_recompute,
        button(
            "Recompute",
            PricesRunState.start,
            kind="secondary",
            icon_name="refresh-cw",
            disabled=PricesRunState.active,
        ),
    )


def run_progress() -> rx.Component:
    """How far the run is; what was there stays until it is done."""
    message = rx.cond(PricesRunState.message != "", PricesRunState.message, t("Starting…"))
    interrupted = (
        "The last computation was interrupted. The prices shown are unchanged; press Recompute to run it again."
    )
    ended = rx.match(
        PricesRunState.status,
        (JobStatus.FAILED.value, banner("danger", PricesRunState.error)),
        (JobStatus.INTERRUPTED.value, banner("warning", interrupted)),
        rx.fragment(),
    )
    return rx.cond(PricesRunState.active, card(progress_bar(PricesRunState.share, message)), ended)
