"""What a page shows of the run that it follows: the button, how far the run is, and how it ended."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from ml_insights.jobs.state.following import FollowingState
from ml_insights.jobs.tables import JobStatus
from ml_insights.ui.i18n import Text, t, words
from ml_insights.ui.parts import banner, button, card, progress_bar
from ml_insights.ui.pulse import pulse

LOOK_EVERY_MS = 15_000
"""How often a page asks whether the schedule, or somebody else, has started a run."""
ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "12px", "align_items": "center"}


def start_button(state: type[FollowingState], text: Text = "Recompute") -> rx.Component:
    """Run the page's job, for those who may; it waits while a run is under way."""
    return rx.cond(
        state.may_start,
        button(text, state.start, kind="secondary", icon_name="refresh-cw", disabled=state.active),
    )


def run_under_way(
    state: type[FollowingState], *details: rx.Component, noticing: bool = True, **heading: Any
) -> rx.Component:
    """How far the run is, with a way to stop it; what was there stays until it is done. `heading` as for a card.

    noticing: show runs, too, that others start while the page is open.
    """
    said = rx.cond(state.message != "", state.message, t("Starting…"))
    bar = rx.el.div(progress_bar(state.share, said), style={"flex": "1 1 240px"})
    stop = rx.cond(state.may_start, button("Cancel", state.cancel, kind="ghost"))
    return rx.fragment(
        rx.cond(state.active, card(rx.el.div(bar, stop, style=ROW), *details, **heading)),
        *([pulse(LOOK_EVERY_MS, state.resume)] if noticing else []),
    )


def run_ended(
    state: type[FollowingState], said: Mapping[JobStatus, rx.Component] | None = None, again: Text = "Recompute"
) -> rx.Component:
    """Why the run that was watched here did not end well; by its status, what the page says instead or besides.

    again: what the button says that runs it again.
    """
    interrupted = t(
        "The last run was interrupted. What is shown is unchanged; press {again} to run it again.", again=words(again)
    )
    told = {
        JobStatus.FAILED: banner("danger", state.error),
        JobStatus.INTERRUPTED: banner("warning", interrupted),
        **(said or {}),
    }
    ended = rx.match(state.status, *[(status.value, shown) for status, shown in told.items()], rx.fragment())
    return rx.cond(state.active, rx.fragment(), ended)
