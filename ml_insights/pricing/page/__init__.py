"""Machine Learning → ML Insights → Prices: how buyers answer to price, which price to offer, and who decided."""

from typing import Any

import reflex as rx

from ml_insights.jobs.page.following import run_ended, run_under_way, start_button
from ml_insights.pricing.page.listing import listing
from ml_insights.pricing.page.product import product_sheet
from ml_insights.pricing.proofs import GAIN
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.running import PricesRunState
from ml_insights.ui.computing import data_until, not_ready
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, money, number, relative_time, t
from ml_insights.ui.parts import card, grid, kpi, loading, page_header, tabs_of
from ml_insights.ui.proof import proof

ROUTE = "/ml-insights/prices"
FIGURES = PricesState.figures


def prices() -> rx.Component:
    """The page's content."""
    return rx.fragment(
        page_header(
            "ML Insights", "What each price sells, and which one to offer", _actions(), note=data_until("prices")
        ),
        tabs_of(ROUTE),
        rx.el.div(run_under_way(PricesRunState), run_ended(PricesRunState), _body(), class_name="prices-page"),
        product_sheet(),
    )


def _actions() -> rx.Component:
    waiting = FIGURES["approved"].to(int) > 0
    hand_over = export_choice(PricesState.hand_over, "Approved prices")
    ready = PricesState.phase == "ready"
    return rx.el.div(
        rx.cond(ready & PricesState.can_decide & waiting, hand_over),
        rx.cond(ready, start_button(PricesRunState)),
        class_name="page-actions",
    )


def _body() -> Any:
    return rx.match(
        PricesState.phase,
        ("empty", _empty()),
        ("ready", rx.el.div(_headline(), listing(), _honest(), class_name="prices-page")),
        rx.el.div(loading("cards"), card(loading("table", 10)), class_name="prices-page"),
    )


def _headline() -> rx.Component:
    known = t("of {products} sold lately", products=number(FIGURES["products"]))
    waiting = t(
        "{scheduled} scheduled, {applied} applied since the last estimate",
        scheduled=number(FIGURES["scheduled"]),
        applied=number(FIGURES["applied"]),
    )
    suggestions = export_choice(PricesState.export_worth, "Its suggestions")
    return grid(
        kpi("Worth doing", number(FIGURES["worth"]), hint="profit rises even at the cautious end"),
        kpi(
            "Expected profit",
            money(FIGURES["gain"], compact=True, sign=True),
            hint="a week, if all were followed",
            proof=proof("Expected profit", GAIN, PricesState.proof, "Suggestions in it", suggestions),
        ),
        kpi("Products with an elasticity", number(FIGURES["answered"]), hint=known),
        kpi("Approved, to be applied", number(FIGURES["approved"]), hint=waiting),
    )


def _honest() -> rx.Component:
    """What the estimate cannot know, and where it comes from."""
    return rx.el.div(
        rx.el.p(
            t(
                "An elasticity tells what buyers did when this product's price moved for some weeks while other prices "
                "stayed. It does not know how competitors answer, what customers do after months, contracts, or why a "
                "price was changed: where prices were cut because sales were weak, it is too small. So a suggestion "
                "stays near prices that were tried. Change a few at a time, and look at what came of them here."
            ),
            class_name="quiet small",
        ),
        rx.el.p(
            t(
                "Model {model}, from whole weeks up to {day}, computed {when}. Intervals hold 95 %, prices that move "
                "together counted once; those of quantities hold 80 %.",
                model=FIGURES["model"],
                day=date(FIGURES["as_of"]),
                when=relative_time(FIGURES["computed_at"]),
            ),
            class_name="quiet small",
        ),
    )


def _empty() -> rx.Component:
    return card(
        not_ready(
            "prices",
            "tags",
            "No prices yet",
            "Prices are learnt from orders, or from observed prices; unit costs of products tell the profit.",
        )
    )
