"""The tournament's table: who competed, how well each did, who won."""

from typing import Any

import reflex as rx

from ml_insights.demand.page.controls import segments
from ml_insights.demand.state.series import ALL_SERIES, THIS_SERIES, DemandState
from ml_insights.ui.i18n import number, percent, t
from ml_insights.ui.parts import badge, card
from ml_insights.ui.table import Column, data_table


def backtest_card() -> rx.Component:
    """Every candidate on held-out days of the past."""
    switch = segments(
        "Backtest of",
        [(THIS_SERIES, t("This series")), (ALL_SERIES, t("All series"))],
        DemandState.backtest_of,
        DemandState.choose_backtest,
    )
    return card(
        data_table(_columns(), DemandState.backtest, caption="Backtest"),
        rx.cond(DemandState.backtest_of == THIS_SERIES, _margin()),
        title="Backtest: which method won",
        subtitle="Each method forecast the past from what was known before it. Lower errors are better; coverage "
        "should be near the band's name",
        actions=switch,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", "Method", render=_method, sortable=False),
        Column("mase", "MASE", "number", digits=3, sortable=False),
        Column(
            "lead",
            "Behind the best",
            render=lambda row: percent(row["lead"], 1, sign=True),
            kind="percent",
            sortable=False,
            hide_on_phone=True,
        ),
        Column("wape", "WAPE", "percent", digits=1, sortable=False, hide_on_phone=True),
        Column("coverage_80", "In 80 % band", "percent", sortable=False),
        Column("coverage_95", "In 95 % band", "percent", sortable=False),
        Column("folds", "Ran on", render=_ran_on, kind="number", sortable=False, hide_on_phone=True),
        Column("seconds", "Seconds", "number", digits=2, sortable=False, hide_on_phone=True),
    )


def _method(row: Any) -> rx.Component:
    won_here = rx.cond(row["wins"].to(int) > 0, badge("Winner", "green"))
    won_often = rx.cond(row["wins"].to(int) > 0, badge(t("won {count}", count=number(row["wins"])), "green"))
    mark = rx.cond(DemandState.backtest_of == THIS_SERIES, won_here, won_often)
    return rx.el.span(
        row["name"], " ", rx.cond(row["whole"], rx.fragment(), mark),
        style={"display": "inline-flex", "gap": "8px", "align_items": "center", "flex_wrap": "wrap"},
    )  # fmt: skip


def _ran_on(row: Any) -> Any:
    folds = t("{folds} folds", folds=number(row["folds"]))
    series = t("{series} series", series=number(row["series"]))
    return rx.cond(DemandState.backtest_of == THIS_SERIES, folds, series)


def _margin() -> rx.Component:
    won = DemandState.won_by
    figures = {
        "gain": number(won["gain"], 3, sign=True),
        "other": won["runner_up"],
        "low": number(won["low"], 3, sign=True),
        "high": number(won["high"], 3, sign=True),
    }
    verdict = rx.match(
        won["verdict"],
        ("won", t("The winner beat {other}: MASE difference {gain}, 95 % interval {low} to {high}.", **figures)),
        (
            "tie",
            t("The winner and {other} are tied: MASE difference {gain}, 95 % interval {low} to {high}.", **figures),
        ),
        t(
            "{other} did better on this series alone (MASE difference {gain}, 95 % interval {low} to {high}); the "
            "winner was chosen with the evidence of similar series, which protects against luck.",
            **figures,
        ),
    )
    return rx.cond(won.contains("gain"), rx.el.p(verdict, class_name="card-subtitle", style={"margin_top": "12px"}))
