"""The headline figures of one customer."""

import reflex as rx

from ml_insights.customers.proofs import MEANINGS, Figure
from ml_insights.customers.state.customer import CustomerState
from ml_insights.customers.state.rows import RISKS
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import Text, date, money, number, percent, t
from ml_insights.ui.parts import grid, kpi
from ml_insights.ui.proof import proof


def headline() -> rx.Component:
    """Revenue, orders, silence against the usual gap, and the chances."""
    known = CustomerState.churn["probability"] != None  # noqa: E711  a comparison in the browser
    return grid(
        _revenue(), _orders(), _silence(), rx.cond(known, _risk()), rx.cond(CustomerState.outlook["as_of"], _worth())
    )


def _revenue() -> rx.Component:
    head = CustomerState.head
    compared = rx.cond(
        head["change"] == None,  # noqa: E711  a comparison in the browser
        t("of the last 365 days"),
        t("{change} on the year before", change=percent(head["change"], sign=True)),
    )
    label = "Revenue, 12 months"
    return kpi(label, money(head["revenue"]), hint=compared, proof=_proof(label, Figure.REVENUE))


def _orders() -> rx.Component:
    head = CustomerState.head
    average = rx.cond(
        head["average_order"],
        t(
            "{amount} on average; {all, plural, one {# order} other {# orders}} in all",
            amount=money(head["average_order"]),
            all=number(head["lifetime_orders"]),
        ),
        t("{all, plural, one {# order} other {# orders}} in all", all=number(head["lifetime_orders"])),
    )
    label = "Orders, 12 months"
    return kpi(label, number(head["orders"]), hint=average, proof=_proof(label, Figure.ORDERS))


def _silence() -> rx.Component:
    head = CustomerState.head
    gap = rx.cond(
        head["usual_gap"],
        t("usually every {gap, plural, one {# day} other {# days}}", gap=number(head["usual_gap"], 1)),
        rx.cond(head["last_purchase"], t("too few orders for a usual gap"), ""),
    )
    said = rx.cond(head["last_purchase"], date(head["last_purchase"]), t("Never"))
    proved = rx.cond(head["last_purchase"], _proof("Last purchase", Figure.LAST))
    return kpi("Last purchase", said, hint=gap, proof=proved)


def _worth() -> rx.Component:
    outlook = CustomerState.outlook
    label = t("Worth, next {days} days", days=outlook["value_days"])
    return kpi(
        label,
        money(outlook["value"]),
        hint=t("{low} – {high} with 80 %", low=money(outlook["value_low"]), high=money(outlook["value_high"])),
        proof=_proof(label, Figure.WORTH),
    )


def _risk() -> rx.Component:
    churn = CustomerState.churn
    word = rx.match(churn["risk"], *[(risk.value, t(label)) for risk, (label, _) in RISKS.items()], "")
    label = t("Leaving within {days} days", days=churn["horizon"])
    return kpi(
        label,
        percent(churn["probability"]),
        hint=t("{risk} risk; {amount} at stake", risk=word, amount=money(churn["at_risk"])),
        proof=_proof(label, Figure.LEAVING),
    )


def _proof(label: Text, figure: Figure) -> rx.Component:
    """What a figure is made from, and the order lines of it as a file."""
    lines = export_choice(lambda form: CustomerState.export_lines(figure.value, form), "Its order lines")
    return proof(label, t(MEANINGS[figure]), CustomerState.proofs[figure.value], "Order lines", lines)
