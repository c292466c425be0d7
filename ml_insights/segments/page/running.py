"""Segmenting anew: the button, its progress, and why it did not end well."""

import reflex as rx

from ml_insights.jobs.tables import JobStatus
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.running import SegmentsRunState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, progress_bar


def recompute_button() -> rx.Component:
    """Segment everybody anew, for those who may."""
    return rx.cond(
        SegmentsState.can_recompute,
        button(
            "Recompute",
            SegmentsRunState.start,
            kind="secondary",
            icon_name="refresh-cw",
            disabled=SegmentsRunState.active,
        ),
    )


def run_progress() -> rx.Component:
    """How far the run is; what was there stays until it is done."""
    message = rx.cond(SegmentsRunState.message != "", SegmentsRunState.message, t("Starting…"))
    interrupted = (
        "The last computation was interrupted. The segments shown are unchanged; press Recompute to run it again."
    )
    ended = rx.match(
        SegmentsRunState.status,
        (JobStatus.FAILED.value, banner("danger", SegmentsRunState.error)),
        (JobStatus.INTERRUPTED.value, banner("warning", interrupted)),
        rx.fragment(),
    )
    return rx.cond(SegmentsRunState.active, card(progress_bar(SegmentsRunState.share, message)), ended)
