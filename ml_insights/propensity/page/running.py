"""Scoring anew: the button, how far it is, and how it ended."""

import reflex as rx

from ml_insights.jobs.tables import JobStatus
from ml_insights.propensity.state.board import PropensityState
from ml_insights.propensity.state.running import PropensityRunState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, progress_bar


def run_button() -> rx.Component:
    """For those who may."""
    return rx.cond(
        PropensityState.can_recompute,
        button(
            "Score anew",
            PropensityRunState.start,
            kind="secondary",
            icon_name="refresh-cw",
            disabled=PropensityRunState.active,
        ),
    )


def run_progress() -> rx.Component:
    """What is shown stays until the run is done."""
    message = rx.cond(PropensityRunState.message != "", PropensityRunState.message, t("Starting…"))
    return rx.cond(PropensityRunState.active, card(progress_bar(PropensityRunState.share, message)))


def run_result() -> rx.Component:
    """Why the last run did not end well."""
    interrupted = "The last run was interrupted. What is shown is unchanged; press Score anew to run it again."
    ended = rx.match(
        PropensityRunState.status,
        (JobStatus.FAILED.value, banner("danger", PropensityRunState.error)),
        (JobStatus.INTERRUPTED.value, banner("warning", interrupted)),
        rx.fragment(),
    )
    return rx.cond(PropensityRunState.active, rx.fragment(), ended)
