"""Machine Learning → Models → Monitor: is the model still what it promised to be?"""

from typing import Any

import reflex as rx

from ml_insights.retraining.page.running import QUIET, ROW, STACK, retrain_button, running
from ml_insights.retraining.state.monitor import EVALUATION, LIVE, MonitorState
from ml_insights.ui.charts import chart
from ml_insights.ui.computing import nothing_ready
from ml_insights.ui.i18n import date, number, percent, relative_time, t
from ml_insights.ui.parts import (
    banner,
    button,
    card,
    choice,
    empty_state,
    field,
    grid,
    kpi,
    loading,
    page_header,
    status_badge,
    tabs_of,
)
from ml_insights.ui.table import Column, data_table

LEVELS = {"stable": ("stable", "green"), "moving": ("moving", "amber"), "shifted": ("shifted", "red")}


def monitor() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "Models",
            "What is in production, since when and why, and how right it has been",
            retrain_button(MonitorState.model, "Retrain"),
        ),
        tabs_of("/models/monitor"),
        rx.el.div(running(), _body(), style=STACK),
    )


def _body() -> Any:
    return rx.match(
        MonitorState.phase,
        ("ready", _ready()),
        ("empty", rx.el.div(_controls(), card(_nothing()), style=STACK)),
        rx.el.div(loading("cards"), card(loading("chart")), style=STACK),
    )


def _nothing() -> rx.Component:
    return nothing_ready("activity", "Nothing in production yet", "Models are learnt from your data.")


def _ready() -> rx.Component:
    return rx.el.div(
        _controls(),
        rx.cond(MonitorState.decayed, _decayed()),
        _figures(),
        rx.cond(MonitorState.outcomes > 0, _accuracy(), card(_waiting())),
        _inputs(),
        style=STACK,
    )


def _controls() -> rx.Component:
    purposes = [(LIVE, "Live predictions"), (EVALUATION, "Predictions on hold-outs")]
    model = field("Model", choice(MonitorState.models, MonitorState.model, MonitorState.choose_model))
    purpose = field("Which predictions", choice(purposes, MonitorState.purpose, MonitorState.choose_purpose))
    return card(rx.el.div(model, purpose, style=ROW | {"align_items": "flex-end", "gap": "16px"}))


def _decayed() -> rx.Component:
    text = t(
        "Version {version} promised {metric} {promised} and has reached {recent} over the last weeks, beyond noise.",
        version=MonitorState.version,
        metric=MonitorState.metric,
        promised=number(MonitorState.promised, 3),
        recent=number(MonitorState.recent, 3),
    )
    return banner("warning", text, " ", retrain_button(MonitorState.model, "Retrain", "secondary"))


def _figures() -> rx.Component:
    unknown = "–"
    within = t("95 % interval {low} to {high}", low=number(MonitorState.low, 3), high=number(MonitorState.high, 3))
    return grid(
        kpi(
            t("{metric}, last weeks", metric=MonitorState.metric),
            rx.cond(~MonitorState.recent.is_none(), number(MonitorState.recent, 3), unknown),
            hint=rx.cond(~MonitorState.low.is_none(), within, t("no live outcome yet")),
        ),
        kpi(
            t("{metric} promised", metric=MonitorState.metric),
            rx.cond(~MonitorState.promised.is_none(), number(MonitorState.promised, 3), unknown),
            hint=rx.cond(
                MonitorState.in_backtest,
                t("in the backtest, version {version}", version=MonitorState.version),
                t("on the hold-out, version {version}", version=MonitorState.version),
            ),
        ),
        kpi(
            "Inside the 80 % band",
            rx.cond(~MonitorState.covered_80.is_none(), percent(MonitorState.covered_80, 1), unknown),
            hint=rx.cond(
                ~MonitorState.covered_95.is_none(),
                t("and {share} inside the 95 % band", share=percent(MonitorState.covered_95, 1)),
                t("no outcome yet"),
            ),
        ),
        kpi(
            "Error saved against naive",
            rx.cond(~MonitorState.skill.is_none(), percent(MonitorState.skill, 1, sign=True), unknown),
            hint=t("{count} outcomes", count=number(MonitorState.outcomes)),
        ),
    )


def _waiting() -> rx.Component:
    return empty_state(
        "hourglass",
        "No outcomes yet",
        "A prediction is judged when its day is over and its orders are in. Meanwhile, see how the model did on "
        "hold-outs of the past.",
        _to_hold_outs(),
    )


def _to_hold_outs() -> rx.Component:
    return rx.cond(
        MonitorState.purpose == LIVE,
        button("Predictions on hold-outs", MonitorState.choose_purpose(EVALUATION), kind="secondary"),
    )


def _accuracy() -> rx.Component:
    error = card(
        chart(
            MonitorState.error_chart,
            "Error by week",
            summary="Error of each week against the one promised at promotion; the table below has the figures",
            height=260,
            file_name="error-by-week",
        ),
        title="Error by week",
        subtitle="Weeks are those of the day that was predicted. Lower is better",
    )
    coverage = card(
        chart(
            MonitorState.coverage_chart,
            "Coverage by week",
            summary="Share of actuals inside each band, against what it promises; the table below has the figures",
            height=260,
            file_name="coverage-by-week",
        ),
        title="Coverage by week",
        subtitle="Dotted: what each band promises",
    )
    calibrated = card(
        chart(MonitorState.calibration_chart, "Calibration", height=300, file_name="calibration"),
        title="Calibration",
        subtitle="How often it came true, by the probability that was given",
    )
    has_calibration = MonitorState.calibration_chart.contains("data")
    return rx.fragment(grid(error, coverage, columns=2), rx.cond(has_calibration, calibrated), _weeks())


def _weeks() -> rx.Component:
    columns = [
        Column("week", "Week of", render=lambda row: date(row["week"]), sortable=False),
        Column("outcomes", "Outcomes", "number", sortable=False),
        Column("error", "Error", "number", digits=3, sortable=False),
        Column("wape", "WAPE", "percent", digits=1, sortable=False, hide_on_phone=True),
        Column("skill", "Saved against naive", "percent", digits=1, sortable=False),
        Column("coverage_80", "In 80 % band", "percent", digits=1, sortable=False),
        Column("coverage_95", "In 95 % band", "percent", digits=1, sortable=False, hide_on_phone=True),
    ]
    return card(data_table(columns, MonitorState.weeks, caption="Accuracy by week"), title="Accuracy by week")


def _inputs() -> rx.Component:
    columns = [
        Column("name", "Input", sortable=False),
        Column("shift", "PSI", "number", digits=3, sortable=False),
        Column(
            "level", "Compared with training", render=lambda row: status_badge(row["level"], LEVELS), sortable=False
        ),
    ]
    looked = rx.cond(
        MonitorState.watched_at != "", rx.el.p(t("Looked at"), " ", relative_time(MonitorState.watched_at), style=QUIET)
    )
    empty = empty_state(
        "scan-search", "Not looked at yet", "Inputs are compared with those of the training once a day."
    )
    return card(
        data_table(columns, MonitorState.inputs, caption="Drift of inputs", empty=empty),
        looked,
        title="Drift of inputs",
        subtitle="The last four weeks against the year that was trained on. Up to 0.1 is stable, above 0.25 shifted",
    )
