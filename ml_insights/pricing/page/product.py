"""The product that is open beside the list: its price, what another would bring, and the decision."""

from typing import Any

import reflex as rx

from ml_insights.pricing.page.pieces import answer_words, price_state, suggestion_words
from ml_insights.pricing.page.what_if import what_if
from ml_insights.pricing.policy import REASONS, WORDS
from ml_insights.pricing.proofs import ELASTICITY, SUGGESTION
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.product import PriceState
from ml_insights.pricing.tables import PriceState as State
from ml_insights.ui.charts import chart
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, money, number, percent, relative_time, t
from ml_insights.ui.parts import NUMBER, banner, button, choice, empty_state, field, status_badge, text_input
from ml_insights.ui.proof import proof
from ml_insights.ui.sheet import sheet

PRODUCT = PriceState.product
CHART_HEIGHT = 170


def product_sheet() -> rx.Component:
    """Everything about one product."""
    subtitle = t(
        "{product} · now {price} · {quantity} a week",
        product=PRODUCT["product_id"],
        price=money(PRODUCT["price"]),
        quantity=number(PRODUCT["quantity"], 1),
    )
    return sheet(
        PriceState.product_id != "",
        PriceState.close,
        PRODUCT["label"].to(str),
        subtitle,
        rx.el.div(_standing(), _slider(), _deciding(), _history(), _decided(), class_name="price-product"),
        wide=True,
    )


def _standing() -> rx.Component:
    said = rx.cond(
        PRODUCT["refusal"] != "", rx.fragment(), rx.el.div(answer_words(PRODUCT), " ", _proof("Elasticity", ELASTICITY))
    )
    idle = t(
        "Sold in {share} of the last weeks. Weeks without a sale count as 0 in what is expected; they cannot tell how "
        "buyers answer to a price, and are left out there.",
        share=percent(PRODUCT["sold_share"]),
    )
    limit = suggestion_words(PRODUCT)
    known = t("Suggested: {price}", price=money(PRODUCT["suggested"]))
    return rx.el.div(
        rx.el.div(
            price_state(PRODUCT),
            rx.cond(
                PRODUCT["suggested"],
                rx.el.span(
                    known,
                    _proof("Suggested price", SUGGESTION),
                    rx.cond(PRODUCT["bound"] != "", " · ", " "),
                    rx.el.span(limit, class_name="quiet"),
                ),
                rx.el.span(limit, class_name="quiet"),
            ),
            class_name="price-line",
        ),
        said,
        rx.cond(PRODUCT["sold_share"].to(float) < 1, rx.el.p(idle, class_name="quiet small")),
    )


def _proof(figure: str, means: str) -> rx.Component:
    return proof(figure, means, PriceState.proof, "Weeks in it", export_choice(PriceState.export_weeks, "Its weeks"))


def _slider() -> rx.Component:
    refused = empty_state("ruler", "Not enough to tell", answer_words(PRODUCT))
    return rx.cond(PRODUCT["refusal"] != "", refused, what_if(PriceState.case, PriceState.try_price))


def _deciding() -> rx.Component:
    forms = rx.match(
        PriceState.form, ("reject", _reject()), ("schedule", _schedule()), ("limits", _limits()), _buttons()
    )
    return rx.el.section(
        rx.cond(
            PricesState.can_decide,
            rx.fragment(forms),
            rx.el.p(t("You may look at prices, not decide them."), class_name="quiet small"),
        ),
        rx.cond(PriceState.error != "", banner("danger", PriceState.error)),
        class_name="price-forms",
        aria_label=t("Decide on this price"),
    )


def _buttons() -> rx.Component:
    limits = button("Limits…", PriceState.ask("limits"), kind="ghost", icon_name="ruler")
    price = money(PriceState.chosen)
    anew = rx.fragment(
        _typed(),
        button(t("Approve {price}", price=price), PriceState.approve, icon_name="check"),
        button("Schedule…", PriceState.ask("schedule"), kind="secondary", icon_name="calendar"),
        rx.cond(PRODUCT["worth"], button("Reject…", PriceState.ask("reject"), kind="ghost")),
        limits,
    )
    waits = rx.fragment(
        button("It holds now", PriceState.apply, icon_name="check"),
        button("Withdraw", PriceState.withdraw, kind="secondary"),
        limits,
    )
    state = PRODUCT["state"]
    waiting = (state == State.APPROVED.value) | (state == State.SCHEDULED.value)
    return rx.el.div(rx.cond(waiting, waits, anew), class_name="price-line")


def _typed() -> rx.Component:
    """The price to decide on, as figures, beside the slider."""
    return rx.el.label(
        rx.el.span(t("Price"), class_name="quiet small"),
        text_input(
            type=NUMBER,
            step="any",
            min=0,
            default_value=PriceState.typed,
            key=PriceState.typed,
            on_blur=PriceState.type_price,
        ),
        class_name="price-line price-typed",
    )


def _reject() -> rx.Component:
    reasons = [(reason.value, words) for reason, words in REASONS.items()]
    return rx.el.div(
        field("Why is it not wanted?", choice(reasons, PriceState.reason, PriceState.choose_reason)),
        _ends("Reject", PriceState.reject),
        class_name="price-note price-forms",
    )


def _schedule() -> rx.Component:
    day = text_input(type="date", value=PriceState.day, min=PriceState.tomorrow, on_change=PriceState.choose_day)
    return rx.el.div(
        field(t("From when does {price} hold?", price=money(PriceState.chosen)), day),
        _ends("Schedule", PriceState.schedule),
        class_name="price-note price-forms",
    )


def _ends(label: str, event: Any) -> rx.Component:
    return rx.el.div(
        button(label, event), button("Cancel", PriceState.ask(""), kind="secondary"), class_name="price-line"
    )


def _limits() -> rx.Component:
    def entry(name: str, label: str) -> rx.Component:
        known = PriceState.limits[name]
        box = text_input(type="number", name=name, step="any", min=0, default_value=known, key=known)
        return field(label, box)

    return rx.el.form(
        rx.el.div(
            entry("floor", "Lowest price"),
            entry("ceiling", "Highest price"),
            entry("margin", "Least margin, %"),
            class_name="price-fields",
        ),
        rx.el.p(t("Left empty, prices that were tried and a margin of 5 % are the limits."), class_name="quiet small"),
        rx.el.div(
            button("Save", type="submit"),
            button("Cancel", PriceState.ask(""), kind="secondary"),
            class_name="price-line",
        ),
        on_submit=PriceState.limit,
        class_name="price-note price-forms",
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.h3(t("Price, week by week"), class_name="price-heading"),
        chart(PriceState.prices, "Price, week by week", height=CHART_HEIGHT, file_name="price", download=False),
        rx.el.h3(t("Units sold, week by week"), class_name="price-heading"),
        chart(
            PriceState.quantities, "Units sold, week by week", height=CHART_HEIGHT, file_name="units", download=False
        ),
        class_name="price-forms",
    )


def _decided() -> rx.Component:
    nothing = rx.el.p(t("Nobody has decided on this price yet."), class_name="quiet small")
    listed = rx.el.ul(rx.foreach(PriceState.decisions, _decision), class_name="price-history")
    return rx.el.section(
        rx.el.h3(t("Decisions"), class_name="price-heading"),
        rx.cond(PriceState.decisions.length() > 0, listed, nothing),
        class_name="price-forms",
    )


def _decision(row: Any) -> rx.Component:
    came = t(
        "{actual} sold in its first week, {expected} expected",
        actual=number(row["actual"], 1),
        expected=number(row["expected"], 1),
    )
    awaited = t("{expected} a week expected", expected=number(row["expected"], 1))
    labels = {state.value: words for state, words in WORDS.items()}
    began = t("from {day}", day=date(row["effective_on"]))
    return rx.el.li(
        status_badge(row["state"], labels),
        rx.el.span(money(row["price_before"]), " → ", rx.el.strong(money(row["price"]))),
        rx.cond(row["effective_on"] != "", rx.el.span(began, class_name="quiet")),
        rx.cond(
            row["reason"] != "",
            rx.el.span(row["reason"]),
            rx.el.span(rx.cond(row["actual"], came, awaited), class_name="quiet"),
        ),
        rx.el.span(row["by"], ", ", relative_time(row["at"]), class_name="quiet small"),
    )
