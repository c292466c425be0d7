"""The list of products."""

from typing import Any

import reflex as rx

from ml_insights.pricing.page.pieces import answer_words, price_state, suggestion_words
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.product import PriceState
from ml_insights.ui.filters import counted_kinds
from ml_insights.ui.i18n import money, percent, t
from ml_insights.ui.listing import list_table
from ml_insights.ui.modal import confirm_dialog
from ml_insights.ui.parts import button, card, choice, empty_state, field
from ml_insights.ui.table import Column

STEPS = (2, 5, 10, 15, 20, 30)
"""Per cent that can be chosen for a step."""
SHOWN = {
    "all": "All",
    "worth": "Worth doing",
    "unknown": "Not enough variation",
    "approved": "Approved",
    "scheduled": "Scheduled",
    "applied": "Applied",
}


def listing() -> rx.Component:
    """Products, filtered and sorted, each opening beside the list."""
    prices = PricesState
    shown = counted_kinds(SHOWN, prices.figures, prices.show, prices.choose, t("Which products"))
    return card(rx.el.div(shown, _step(), _apply_all(), class_name="prices-top"), _table())


def _step() -> rx.Component:
    """How far one suggestion may move a price."""
    said = t("A suggestion moves a price by at most {share}", share=percent(PricesState.step))
    shares = [(f"{share / 100:g}", percent(share / 100)) for share in STEPS]
    change = field(said, choice(shares, PricesState.step.to_string(), PricesState.choose_step))
    return rx.cond(PricesState.can_decide, change, rx.el.span(said, class_name="quiet small"))


def _apply_all() -> rx.Component:
    waiting = (PricesState.show == "approved") & (PricesState.figures["approved"].to(int) > 0)
    ask = confirm_dialog(
        button("All applied", icon_name="check"),
        "Do all approved prices hold now?",
        "The ledger keeps each of them as a decision, and what is expected of its first whole week.",
        "Yes, they hold",
        PricesState.apply_all,
        danger=False,
    )
    return rx.cond(PricesState.can_decide & waiting, ask)


def _table() -> rx.Component:
    columns = (
        Column("label", "Product", render=_product),
        Column("price", "Price", "money"),
        Column("elasticity", "How buyers answer", render=_answer),
        Column("suggested", "Suggested", "money", render=_suggested),
        Column("profit_change", "Profit a week", "money", render=_change),
        Column("state", "State", sortable=False, render=price_state),
    )
    return list_table(
        PricesState,
        columns,
        caption="Prices of products",
        on_export=PricesState.export,
        empty=empty_state("tags", "No product on this list", "None matches. Change the search or the filter."),
    )


def _product(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.button(row["label"], type="button", class_name="job-name", on_click=PriceState.open(row["product_id"])),
        rx.el.span(row["product_id"], class_name="quiet small"),
        class_name="who",
    )


def _answer(row: Any) -> rx.Component:
    return rx.el.span(answer_words(row), class_name=rx.cond(row["refusal"] != "", "price-words quiet", "price-words"))


def _suggested(row: Any) -> rx.Component:
    share = rx.cond(row["same"], "", percent(row["share"], 1, sign=True))
    known = rx.fragment(
        rx.el.span(money(row["suggested"])),
        rx.el.span(share, _bound(row), class_name="quiet small"),
    )
    return rx.el.div(
        rx.cond(row["suggested"], known, rx.el.span(suggestion_words(row), class_name="quiet small")),
        class_name="price-cell",
    )


def _bound(row: Any) -> Any:
    return rx.cond(row["bound"] != "", rx.fragment(" · ", suggestion_words(row)), "")


def _change(row: Any) -> rx.Component:
    known = rx.fragment(
        rx.el.span(money(row["profit_change"], digits=0, sign=True), class_name=rx.cond(row["worth"], "delta-up", "")),
        rx.el.span(
            t(
                "{low} to {high}",
                low=money(row["profit_change_low"], digits=0, sign=True),
                high=money(row["profit_change_high"], digits=0, sign=True),
            ),
            class_name="quiet small",
        ),
    )
    shown = (row["suggested"] != None) & ~row["same"].to(bool)  # noqa: E711  a comparison in the browser
    return rx.el.div(rx.cond(shown, known, rx.el.span("–", class_name="quiet")), class_name="price-cell")
