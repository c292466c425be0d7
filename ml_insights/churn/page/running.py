"""Scoring anew: the button, how far it is, and how it ended."""

import reflex as rx

from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.running import ChurnRunState
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import banner, button, card, progress_bar


def run_button() -> rx.Component:
    """For those who may."""
    return rx.cond(
        ChurnState.can_recompute,
        button(
            "Score anew", ChurnRunState.start, kind="secondary", icon_name="refresh-cw", disabled=ChurnRunState.active
        ),
    )


def run_progress() -> rx.Component:
    """What is shown stays until the run is done."""
    message = rx.cond(ChurnRunState.message != "", ChurnRunState.message, t("Starting…"))
    return rx.cond(ChurnRunState.active, card(progress_bar(ChurnRunState.share, message)))


def run_result() -> rx.Component:
    """Why the last run did not end well."""
    interrupted = "The last run was interrupted. What is shown is unchanged; press Score anew to run it again."
    ended = rx.match(
        ChurnRunState.status,
        (JobStatus.FAILED.value, banner("danger", ChurnRunState.error)),
        (JobStatus.INTERRUPTED.value, banner("warning", interrupted)),
        rx.fragment(),
    )
    return rx.cond(ChurnRunState.active, rx.fragment(), ended)
