"""Estimating anew: the button, its progress, and why it did not end well."""

import reflex as rx

from ml_insights.jobs.tables import JobStatus
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.running import RoutesRunState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, progress_bar


def recompute_button() -> rx.Component:
    """Estimate every delivery anew, for those who may."""
    return rx.cond(
        RoutesState.can_recompute,
        button(
            "Recompute",
            RoutesRunState.start,
            kind="secondary",
            icon_name="refresh-cw",
            disabled=RoutesRunState.active,
        ),
    )


def run_progress() -> rx.Component:
    """How far the run is; what was there stays until it is done."""
    message = rx.cond(RoutesRunState.message != "", RoutesRunState.message, t("Starting…"))
    interrupted = (
        "The last computation was interrupted. The estimates shown are unchanged; press Recompute to run it again."
    )
    ended = rx.match(
        RoutesRunState.status,
        (JobStatus.FAILED.value, banner("danger", RoutesRunState.error)),
        (JobStatus.INTERRUPTED.value, banner("warning", interrupted)),
        rx.fragment(),
    )
    return rx.cond(RoutesRunState.active, card(progress_bar(RoutesRunState.share, message)), ended)
