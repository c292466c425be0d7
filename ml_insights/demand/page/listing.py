"""The list of all series, by state."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.amounts import amount
from ml_insights.demand.policy import REFUSALS, STATE_MEANINGS, STATES
from ml_insights.demand.proofs import ROW
from ml_insights.demand.state.address import EVERY_STATE
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import State
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.filters import counted_kinds
from ml_insights.ui.i18n import date, percent, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.parts import badge, card, empty_state
from ml_insights.ui.proof import proof
from ml_insights.ui.table import Column

CHIPS = {EVERY_STATE: "All", **{state: name for state, name in STATES.items() if state != State.UNKNOWN}}
COLOURS = {
    State.ACTIVE: "green",
    State.STOPPED: "grey",
    State.NEW: "blue",
    State.SHORT: "amber",
    State.MOSTLY_ZERO: "grey",
}


def listing_card() -> rx.Component:
    """Every series with what is expected of it; a press shows it above."""
    listed = SeriesListState
    period = t("{first} to {last}, after the last day of data", first=date(listed.first), last=date(listed.last))
    return card(
        counted_kinds(CHIPS, listed.counts, listed.show, listed.choose, t("Which series")),
        _meaning(),
        _table(),
        title="All series",
        subtitle=rx.cond(listed.first != "", period, ""),
    )


def _meaning() -> rx.Component:
    told = [(state, rx.el.p(t(words), class_name="card-subtitle")) for state, words in STATE_MEANINGS.items()]
    return rx.fragment(rx.match(SeriesListState.show, *told, rx.fragment()))


def _table() -> rx.Component:
    columns = (
        Column("label", "Series", render=_name),
        Column("state", "State", sortable=False, render=_state),
        Column("expected", "Expected", "number", render=_expected),
        Column("band", "80 % band", "number", sortable=False, hide_on_phone=True, render=_band),
        Column("change", "Against before", "percent", sortable=False, render=_change),
    )
    nothing = empty_state("list-filter", "No series of this kind", "Nothing matches. Change the search or the filters.")
    return list_table(
        SeriesListState,
        columns,
        caption="All series",
        on_export=SeriesListState.export,
        empty=nothing,
    )


def state_badge(state: Any) -> Any:
    """What kind of history a series has, in a word."""
    return rx.match(
        state,
        *[(one.value, badge(STATES[one.value], colour)) for one, colour in COLOURS.items()],
        badge(STATES[State.UNKNOWN.value], "grey"),
    )


def _state(row: Any) -> rx.Component:
    """A forecast that an earlier version of the product made has no state yet."""
    return rx.cond((row["state"] == "") & (row["expected"] != None), "–", state_badge(row["state"]))  # noqa: E711


def _name(row: Any) -> rx.Component:
    return rx.el.button(
        row["label"],
        type="button",
        on_click=[DemandState.choose_series(row["series"].to(str)), PointsState.follow],
        title=row["key"],
        class_name="job-name",
    )


def _expected(row: Any) -> rx.Component:
    code = row["refusal"].to(str)
    why = rx.match(code, *[(one, t(words)) for one, words in REFUSALS.items()], code)
    rows = export_choice(lambda form: SeriesListState.export_row(row["series"].to(str), form), "Its days")
    known = rx.el.span(
        amount(row["expected"]),
        proof(t("Expected of {series}", series=row["label"].to(str)), t(ROW), row["proof"], "Days in it", rows),
        class_name="proved-inline",
    )
    return rx.cond(row["expected"] == None, rx.el.span(why, class_name="quiet small"), known)  # noqa: E711


def _band(row: Any) -> rx.Component:
    band = rx.fragment(amount(row["low"], compact=True), " – ", amount(row["high"], compact=True))
    return rx.cond(row["low"] == None, "–", band)  # noqa: E711


def _change(row: Any) -> Any:
    return rx.cond(row["change"] == None, "–", percent(row["change"], sign=True))  # noqa: E711
