"""The figures at the top, and where they come from."""

from typing import Any

import reflex as rx

from ml_insights.churn.proofs import CUSTOMERS, REVENUE
from ml_insights.churn.state.board import ChurnState
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, money, number, percent, relative_time, t
from ml_insights.ui.parts import card, grid, kpi
from ml_insights.ui.proof import proof

FIGURES = ChurnState.figures


def headline() -> rx.Component:
    """Customers and revenue at risk against the release before, the work that waits, and what it has saved."""
    return grid(
        kpi(
            "Customers at risk",
            number(FIGURES["customers"]),
            hint=_before(
                t("{change} since {day}", change=number(FIGURES["customers_change"], sign=True), day=_before_day())
            ),
            proof=_proof("Customers at risk", CUSTOMERS),
        ),
        kpi(
            "Revenue at risk",
            money(FIGURES["revenue"], compact=True),
            hint=_before(t("{change} since {day}", change=_revenue_change(), day=_before_day())),
            proof=_proof("Revenue at risk", REVENUE),
        ),
        kpi("Alerts to work", number(FIGURES["todo"]), hint=_waiting()),
        kpi("Saved so far", number(FIGURES["saved"]), hint=_saved()),
    )


def _proof(figure: str, means: str) -> rx.Component:
    rows = export_choice(ChurnState.export_at_risk, "Its customers")
    return proof(figure, t(means), ChurnState.proof, "Customers in it", rows)


def headline_waiting() -> rx.Component:
    """The same room while it loads."""
    return grid(*[card(rx.el.div(class_name="bone churn-bone")) for _ in range(4)])


def _before(text: Any) -> Any:
    first = t("of {count} scored, within {days} days", count=number(FIGURES["scored"]), days=FIGURES["horizon"])
    return rx.cond(FIGURES["customers_before"] == None, first, text)  # noqa: E711  a comparison in the browser


def _before_day() -> Any:
    return date(FIGURES["before_as_of"])


def _revenue_change() -> Any:
    return percent(FIGURES["revenue_change"], 1, sign=True)


def _waiting() -> Any:
    return t(
        "Overdue: {overdue} · Snoozed: {snoozed}",
        overdue=number(FIGURES["overdue"]),
        snoozed=number(FIGURES["snoozed"]),
    )


def _saved() -> Any:
    share = t(
        "{share} of {count} contacted; {amount} kept",
        share=percent(FIGURES["saved_share"]),
        count=number(FIGURES["contacted"]),
        amount=money(FIGURES["saved_revenue"], compact=True),
    )
    return rx.cond(FIGURES["contacted"].to(int) > 0, share, t("nobody contacted yet"))


def provenance() -> rx.Component:
    """Which model said so, from what, what “at risk” means, and why so many days ahead."""
    return rx.el.p(
        t(
            "At risk: customers who may not buy within {days} days, where a contact pays. Model {model}, from sales up "
            "to {day}, computed {when}.",
            days=FIGURES["horizon"],
            model=FIGURES["model"],
            day=date(FIGURES["as_of"]),
            when=relative_time(FIGURES["computed_at"]),
        ),
        " ",
        FIGURES["horizon_why"],
        class_name="quiet small",
    )
