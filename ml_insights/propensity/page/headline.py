"""The figures at the top, and where they come from."""

from typing import Any

import reflex as rx

from ml_insights.propensity.state.board import PropensityState
from ml_insights.ui.i18n import date, money, number, percent, relative_time, t
from ml_insights.ui.parts import card, grid, kpi

FIGURES = PropensityState.figures


def headline() -> rx.Component:
    """Buyers and revenue that this week should bring, how the list does, and what customers are worth."""
    return grid(
        kpi(
            "Customers who buy this week",
            number(FIGURES["buyers"]),
            delta=_change("buyers_change"),
            trend=FIGURES["buyers_change"].to(float),
            hint=t("80 %: {low} to {high}", low=number(FIGURES["buyers_low"]), high=number(FIGURES["buyers_high"])),
        ),
        kpi(
            "Revenue this week",
            money(FIGURES["revenue"], compact=True),
            delta=_change("revenue_change"),
            trend=FIGURES["revenue_change"].to(float),
            hint=t(
                "80 %: {low} to {high}",
                low=money(FIGURES["revenue_low"], compact=True),
                high=money(FIGURES["revenue_high"], compact=True),
            ),
        ),
        kpi("The last list was right about", _proof(), hint=_against()),
        kpi(
            t("Worth of all customers, {days} days", days=number(FIGURES["value_days"])),
            money(FIGURES["value"], compact=True),
            hint=t(
                "{count, plural, one {# customer} other {# customers}}; in the last 365 days: {before}",
                count=number(FIGURES["customers"]),
                before=money(FIGURES["value_before"], compact=True),
            ),
        ),
    )


def headline_waiting() -> rx.Component:
    """The same room while it loads."""
    return grid(*[card(rx.el.div(class_name="bone buyers-bone")) for _ in range(4)])


def _change(name: str) -> Any:
    share = FIGURES[name]
    said = t("{change} on last week", change=percent(share, 0, sign=True))
    return rx.cond(share == None, t("no week before"), said)  # noqa: E711  a comparison in the browser


def _proof() -> Any:
    hits = t("{hits} of {size}", hits=number(FIGURES["hits"]), size=number(FIGURES["size"]))
    return rx.cond(FIGURES["proved"], hits, "–")


def _against() -> Any:
    lift = number(FIGURES["lift"], 1)
    given = t("bought; {lift} times as many as by chance", lift=lift)
    tried = t("in a backtest; {lift} times as many as by chance", lift=lift)
    return rx.cond(FIGURES["proved"], rx.cond(FIGURES["backtest"], tried, given), t("known after the first week"))


def provenance() -> rx.Component:
    """Which model said so, from what, and what its words mean."""
    return rx.el.p(
        t(
            "Chances are calibrated to the recent weeks; half of the customers buy until the day that is named. "
            "Lifetime value: revenue within {days} days, learnt on windows of {measured} days. Model {model}, from "
            "sales up to {day}, computed {when}.",
            days=number(FIGURES["value_days"]),
            measured=number(FIGURES["value_measured_days"]),
            model=FIGURES["model"],
            day=date(FIGURES["as_of"]),
            when=relative_time(FIGURES["computed_at"]),
        ),
        class_name="quiet small",
    )
