"""What is foretold about one customer, and why: churn and segment."""

from typing import Any

import reflex as rx

from ml_insights.customers.state.customer import CustomerState
from ml_insights.ui.customers import segment_name
from ml_insights.ui.i18n import date, money, percent, t
from ml_insights.ui.parts import card, facts_list, icon, link, link_button


def churn_card() -> rx.Component:
    """Why they may leave or stay, and the alert that is being worked."""
    churn = CustomerState.churn
    body = rx.fragment(
        rx.cond(
            churn["reasons"].to(list[dict[str, Any]]).length() > 0,
            rx.el.ul(rx.foreach(churn["reasons"].to(list[dict[str, Any]]), _reason), class_name="reasons"),
            rx.el.p(t("Nothing stands out: no reason speaks strongly for leaving."), class_name="quiet"),
        ),
        rx.cond(churn["alert"].to(int) > 0, _alert(), rx.el.p(t("No churn alert is open."), class_name="quiet small")),
    )
    scored = card(
        body,
        title="Why they may leave",
        subtitle=t("As of {day}, by what they ordered", day=date(churn["as_of"])),
        actions=link_button("Churn", "/ml-insights/churn", kind="ghost", icon_name="arrow-right"),
    )
    none = card(rx.el.p(t("Not scored yet, or not for your role."), class_name="quiet"), title="Why they may leave")
    return rx.cond(churn["as_of"], scored, none)


def _reason(row: Any) -> rx.Component:
    width = (row["strength"].to(float) * 100).to(str) + "%"
    return rx.el.li(
        rx.el.span(
            icon("trending-down", 14),
            class_name="delta delta-down",
        ),
        rx.el.span(
            row["text"].to(str),
            rx.el.span(row["typical"].to(str), class_name="quiet small"),
            rx.el.span(
                rx.el.span(class_name="strength-bad", style={"width": width}),
                class_name="strength",
                custom_attrs={"aria-hidden": "true"},
            ),
            class_name="reason-text",
        ),
    )


def _alert() -> rx.Component:
    churn = CustomerState.churn
    owner = rx.cond(churn["owner"], churn["owner"].to(str), t("nobody yet"))
    due = rx.cond(churn["due"], t(", due on {day}", day=date(churn["due"])), "")
    return rx.el.div(
        rx.el.p(
            icon("bell-ring", 14),
            link(
                t("Churn alert {number}", number=churn["alert"]),
                href="/ml-insights/churn?alert=" + churn["alert"].to(str),
                class_name="inline-link",
            ),
            rx.el.span(t("with {owner}", owner=owner), due, class_name="quiet"),
            class_name="with-icon",
        ),
        rx.cond(churn["next_step"], rx.el.p(churn["next_step"].to(str))),
        class_name="customer-alert",
    )


def outlook_card() -> rx.Component:
    """When they should buy next, what for, and how likely."""
    outlook = CustomerState.outlook
    span = rx.cond(
        outlook["next"],
        t(
            "{day}, between {start} and {end}",
            day=date(outlook["next"]),
            start=date(outlook["next_from"]),
            end=date(outlook["next_to"]),
        ),
        t("Not foreseeable"),
    )
    basket = t(
        "{amount}, between {low} and {high}",
        amount=money(outlook["basket"]),
        low=money(outlook["basket_low"]),
        high=money(outlook["basket_high"]),
    )
    shown = card(
        facts_list(
            (
                ("Buys within 7 days", percent(outlook["chance_7"])),
                ("Buys within 30 days", percent(outlook["chance_30"])),
                ("Expected", span),
                ("Basket", basket),
            )
        ),
        rx.cond(
            outlook["products"],
            rx.el.p(t("Likely: {products}", products=outlook["products"]), class_name="outlook-note"),
        ),
        rx.cond(outlook["why"], rx.el.p(outlook["why"].to(str), class_name="quiet small")),
        title="Next purchase",
        subtitle=t("As of {day}; ranges hold with 80 %", day=date(outlook["as_of"])),
        actions=link_button("Likely buyers", "/ml-insights/propensity", kind="ghost", icon_name="arrow-right"),
    )
    return rx.cond(outlook["as_of"], shown)


def segment_card() -> rx.Component:
    """The segment, its months, and what it suggests."""
    segment = CustomerState.segment
    shown = card(
        rx.el.div(
            segment_name(segment["title"], segment["colour"]),
            rx.el.span(
                t("scores {r} · {f} · {m}", r=segment["r"], f=segment["f"], m=segment["m"]), class_name="quiet small"
            ),
            class_name="with-icon",
        ),
        rx.el.p(segment["meaning"].to(str), class_name="card-subtitle"),
        rx.el.ol(
            rx.foreach(segment["months"].to(list[dict[str, Any]]), _month),
            class_name="month-strip",
            aria_label=t("Segment at the end of each month"),
        ),
        rx.el.p(
            t("Of such customers, {share} buy within 30 days.", share=percent(segment["chance"])),
            class_name="quiet small",
        ),
        rx.el.p(icon("lightbulb", 14), rx.el.span(segment["action"].to(str)), class_name="segment-action"),
        title="Segment",
        actions=link_button(
            "Segments",
            "/ml-insights/segments?segment=" + segment["segment"].to(str),
            kind="ghost",
            icon_name="arrow-right",
        ),
    )
    return rx.cond(segment["segment"], shown)


def _month(row: Any) -> rx.Component:
    said = t("{month}: {segment}", month=date(row["month"]), segment=row["title"])
    return rx.el.li(rx.el.span(said, class_name="sr-only"), class_name="paint-" + row["colour"].to(str), title=said)
