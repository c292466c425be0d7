"""What contacting is expected to earn, and the rules behind it."""

from typing import Any

import reflex as rx

from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.rules import ChurnRulesState
from ml_insights.ui.charts import chart
from ml_insights.ui.i18n import money, number, percent, t
from ml_insights.ui.parts import button, card, facts_list, grid

FIGURES, BEST = ChurnState.figures, ChurnState.best


def profit_card() -> rx.Component:
    """The curve, and beside it what it is made of."""
    return grid(_curve(), _rules(), columns=2)


def _curve() -> rx.Component:
    said = t(
        "Contacting the {best} customers with most at risk earns most: {most} expected. The team's {capacity} earn "
        "{profit}.",
        best=number(BEST["best"]),
        most=money(BEST["most"], compact=True),
        capacity=number(BEST["capacity"]),
        profit=money(BEST["profit"], compact=True),
    )
    nobody = t("At these rules contacting pays for nobody.")
    summary = rx.cond(BEST["best"].to(int) > 0, said, nobody)
    return card(
        chart(
            ChurnState.curve, "Expected profit by customers contacted", summary=summary, height=320, file_name="profit"
        ),
        title="Expected profit by customers contacted",
        subtitle=summary,
    )


def _rules() -> rx.Component:
    cost = rx.el.span(
        money(FIGURES["contact_cost"], digits=0),
        rx.cond(FIGURES["estimated_cost"], rx.el.span(" ", t("(a guess: 5 % of an order)"), class_name="quiet")),
    )
    pairs: list[tuple[Any, Any]] = [
        ("Cost of a contact", cost),
        ("Share of leavers that a contact keeps", percent(FIGURES["save_rate"], 1)),
        ("Margin", percent(FIGURES["margin_share"], 1)),
        ("Contacting pays from", t("{amount} at risk", amount=money(FIGURES["least"], digits=0))),
        (
            "Counts as leaving",
            rx.el.span(
                t("no purchase within {days} days", days=FIGURES["horizon"]),
                rx.el.div(FIGURES["horizon_why"], class_name="quiet small"),
            ),
        ),
        ("Alerts per run, at most", number(FIGURES["capacity"])),
        ("Days until an alert is due", number(FIGURES["due_days"])),
        ("Expected profit of the present list", money(FIGURES["list_profit"], digits=0)),
    ]
    edit = rx.cond(
        ChurnState.can_rule,
        button("Change", ChurnRulesState.edit(True), kind="secondary", icon_name="sliders-horizontal"),
    )
    kept = rx.cond(FIGURES["saved_share"] == None, rx.fragment(), _measured())  # noqa: E711
    return card(
        facts_list(pairs),
        kept,
        title="What alerts are raised by",
        subtitle="Profit of a contact = revenue at risk × share kept × margin − cost",
        actions=edit,
    )


def _measured() -> rx.Component:
    text = t(
        "Of {count} contacted so far, {share} were retained. Some would have stayed anyway: a test with customers left "
        "alone tells how many.",
        count=number(FIGURES["contacted"]),
        share=percent(FIGURES["saved_share"]),
    )
    return rx.el.p(text, class_name="quiet small churn-measured")
