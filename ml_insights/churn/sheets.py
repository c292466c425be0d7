"""What leaves the product about churn: every scored customer, the alerts, and contracts scored from a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ml_insights.churn import wording
from ml_insights.churn.facts import AlertFact, ScoreFact
from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet

if TYPE_CHECKING:
    import pandas as pd

STATUSES = {status.value: said for status, said in wording.STATUSES.items()}
SCORES = (
    Column("customer_id", N_("Customer number")),
    Column("customer", N_("Customer")),
    Column("probability", N_("May leave"), Kind.SHARE, 4),
    Column("expected_revenue", N_("Expected revenue, if they stay"), Kind.MONEY, 2),
    Column("revenue_at_risk", N_("Revenue at risk"), Kind.MONEY, 2),
    Column("revenue_year", N_("Revenue in a year"), Kind.MONEY, 2),
    Column("orders", N_("Orders so far"), Kind.NUMBER),
    Column("last_purchase", N_("Last purchase"), Kind.DAY),
)
ALERTS = (
    Column("alert", N_("Alert"), Kind.NUMBER),
    Column("customer_id", N_("Customer number")),
    Column("customer", N_("Customer")),
    Column("status", N_("Status"), words=STATUSES),
    Column("probability", N_("May leave"), Kind.SHARE, 4),
    Column("revenue_at_risk", N_("Revenue at risk"), Kind.MONEY, 2),
    Column("expected_profit", N_("Expected profit of a contact"), Kind.MONEY, 2),
    Column("reasons", N_("Why")),
    Column("owner", N_("Owner")),
    Column("due_on", N_("Due"), Kind.DAY),
    Column("snoozed_until", N_("Snoozed until"), Kind.DAY),
    Column("raised_at", N_("Raised"), Kind.MOMENT),
    Column("closed_at", N_("Closed"), Kind.MOMENT),
)


def scores_sheet(scores: Iterable[ScoreFact]) -> Sheet:
    """Every customer who is scored."""
    rows = (
        (
            one.customer_id,
            one.label,
            one.probability,
            one.value,
            one.at_risk,
            one.revenue_year,
            one.orders,
            one.last_day,
        )
        for one in scores
    )
    return Sheet("churn-customers", N_("Customers"), SCORES, rows)


def alerts_sheet(found: Iterable[AlertFact], language: str) -> Sheet:
    """The alerts that match, with their reasons in words."""
    rows = (
        (
            alert.id, alert.customer_id, alert.label, alert.status.value, alert.probability, alert.at_risk,
            alert.expected_profit, " · ".join(wording.main_reasons(alert.reasons, language, 4)), alert.owner,
            alert.due_on, alert.snoozed_until, alert.created_at, alert.closed_at,
        )
        for alert in found
    )  # fmt: skip
    return Sheet("churn-alerts", N_("Alerts"), ALERTS, rows)


def contracts_sheet(table: pd.DataFrame) -> Sheet:
    """The rows of somebody's file, with what was found out about each: its columns are called what they were."""
    columns = tuple(Column(str(name), kind=Kind.RAW) for name in table.columns)
    return Sheet("contracts", N_("Contracts"), columns, table.astype(object).itertuples(index=False, name=None))
