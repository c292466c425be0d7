"""A route, what it will cost, why, and which vehicle is cheapest."""

from typing import Any

import reflex as rx

from ml_insights.logistics.page.pieces import ROW, STACK
from ml_insights.logistics.proofs import COST
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.estimating import EstimateState
from ml_insights.logistics.state.history import HistoryState
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import datetime, money, percent, t
from ml_insights.ui.parts import badge, banner, button, card, field, loading, text_input
from ml_insights.ui.proof import proof

RESULT = EstimateState.result


def estimate_view() -> rx.Component:
    """Form and answer beside each other, then the vehicles and the reasons."""
    return rx.cond(
        EstimateState.loaded,
        rx.el.div(
            rx.el.div(_form(), rx.el.div(_answer(), _vehicles(), style=STACK), class_name="route-desk"),
            _reasons(),
            style=STACK,
        ),
        card(loading("chart")),
    )


def _form() -> rx.Component:
    departs = text_input(
        type="datetime-local",
        name="departs_at",
        default_value=EstimateState.values["departs_at"],
        key=EstimateState.values["departs_at"],
        required=True,
    )
    return card(
        rx.el.form(
            rx.foreach(EstimateState.inputs, _field),
            field("Departure", departs),
            rx.el.div(button("Estimate cost", type="submit", icon_name="calculator"), class_name="form-actions"),
            on_submit=EstimateState.submit,
            class_name="route-form",
        ),
        title="Route",
        subtitle="What is left empty counts as not known.",
    )


def _field(one: Any) -> rx.Component:
    value = EstimateState.values[one["name"].to(str)]
    key = one["name"].to(str) + ":" + value
    box = rx.el.input(
        type="number",
        name=one["name"],
        min=0,
        step="any",
        default_value=value,
        key=key,
        class_name="input",
    )
    chosen = rx.el.select(
        rx.el.option(t("not known"), value=""),
        rx.foreach(
            one["choices"].to(list[dict[str, str]]), lambda item: rx.el.option(item["label"], value=item["value"])
        ),
        name=one["name"],
        default_value=value,
        key=key,
        class_name="input select",
    )
    return rx.el.label(
        rx.el.span(one["label"], class_name="field-label"),
        rx.cond(one["kind"] == "number", box, chosen),
        rx.cond(one["hint"] != "", rx.el.span(one["hint"], class_name="field-hint")),
        class_name="field field-" + one["kind"].to(str),
    )


def _answer() -> rx.Component:
    return card(
        rx.cond(EstimateState.problem != "", banner("danger", EstimateState.problem)),
        rx.cond(RESULT, _figures()),
        title="Expected cost",
        subtitle=t("{vehicle}, {at}", vehicle=RESULT["vehicle"], at=datetime(RESULT["departs_at"])),
    )


def _figures() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(money(RESULT["expected"], digits=0), _proof(), class_name="route-cost"),
            rx.el.div(
                t(
                    "between {low} and {high} with 80 %",
                    low=money(RESULT["lo_80"], digits=0),
                    high=money(RESULT["hi_80"], digits=0),
                ),
                class_name="kpi-hint",
            ),
            class_name="route-headline",
        ),
        rx.el.dl(
            _figure("A kilometre", RESULT["per_km"], 0),
            _figure("A kilogram", RESULT["per_kg"], 1),
            _rule(),
            class_name="route-figures",
        ),
        rx.foreach(RESULT["warnings"].to(list[str]), lambda text: banner("warning", text)),
        _saving(),
        style=STACK,
    )


def _proof() -> rx.Component:
    rows = export_choice(HistoryState.export, "Routes and what they cost")
    return proof("Expected cost", COST, EstimateState.proof, "Deliveries it was learnt from", rows)


def _figure(label: str, value: Any, digits: int) -> rx.Component:
    known = rx.cond(value == None, "–", money(value, digits=digits))  # noqa: E711  compared in the browser
    return rx.el.div(rx.el.dt(t(label)), rx.el.dd(known))


def _rule() -> rx.Component:
    return rx.el.div(
        rx.el.dt(t("Rule of thumb: {rule}", rule=rule_text())),
        rx.el.dd(
            money(RESULT["baseline"], digits=0),
            rx.el.span(
                t("the estimate is {share}", share=percent(RESULT["against_rule"], sign=True)), class_name="kpi-hint"
            ),
        ),
    )


def _saving() -> rx.Component:
    number_box = text_input(
        name="route_id",
        max_length=100,
        placeholder="Number of the route, if it has one",
        aria_label="Number of the route",
        style={"flex": "1 1 200px"},
    )
    return rx.el.form(
        rx.el.div(
            number_box, button("Save estimate", type="submit", kind="secondary", icon_name="bookmark"), style=ROW
        ),
        rx.cond(
            EstimateState.saved != "",
            rx.el.p(
                t("Saved as {route}; it is under Estimate against actual.", route=EstimateState.saved),
                class_name="field-hint",
                role="status",
            ),
        ),
        on_submit=EstimateState.save,
        class_name="route-save",
    )


def rule_text() -> Any:
    """What the rule of thumb charges."""
    rate = RoutesState.release["rate"]
    return rx.match(
        RoutesState.release["rule"].to(str),
        ("distance_km", t("{amount} a kilometre", amount=money(rate, digits=0))),
        ("weight_kg", t("{amount} a kilogram", amount=money(rate, digits=1))),
        t("the mean of all routes"),
    )


def _vehicles() -> rx.Component:
    return rx.cond(
        EstimateState.vehicles.length() > 1,
        card(
            rx.el.ul(rx.foreach(EstimateState.vehicles, _vehicle), class_name="route-vehicles"),
            title="The same route with every vehicle",
            subtitle="The bar is the 80 % interval, the mark the expected cost.",
        ),
    )


def _vehicle(one: Any) -> rx.Component:
    name = one["name"].to(str)
    verdict = rx.cond(
        one["cheapest"],
        badge("cheapest", "green"),
        rx.cond(one["fits"], _above(one), badge("too heavy for it", "amber")),
    )
    bar = rx.el.div(
        rx.el.div(class_name="route-interval", style={"left": one["left"], "width": one["width"]}),
        rx.el.div(class_name="route-mark", style={"left": one["middle"]}),
        class_name="route-track",
        custom_attrs={"aria-hidden": "true"},
    )
    return rx.el.li(
        rx.el.div(
            rx.el.button(
                name,
                type="button",
                on_click=EstimateState.choose_vehicle(name),
                class_name="route-name",
                custom_attrs={"aria-pressed": rx.cond(RESULT["vehicle"] == name, "true", "false")},
            ),
            verdict,
            class_name="route-who",
        ),
        rx.el.div(
            rx.el.strong(money(one["expected"], digits=0)),
            rx.el.span(
                t("{low} – {high}", low=money(one["lo_80"], digits=0), high=money(one["hi_80"], digits=0)),
                class_name="kpi-hint",
            ),
            class_name="route-price",
        ),
        bar,
        button("Use", EstimateState.use(name), kind="secondary", aria_label=t("Use {vehicle}", vehicle=name)),
        class_name="route-vehicle",
    )


def _above(one: Any) -> rx.Component:
    dearer = t("{share} dearer", share=percent(one["above"]))
    return rx.cond(one["above"] == None, rx.fragment(), rx.el.span(dearer, class_name="quiet"))  # noqa: E711


def _reasons() -> rx.Component:
    return rx.cond(
        EstimateState.bars.length() > 0,
        card(
            rx.el.ol(rx.foreach(EstimateState.bars, _bar), class_name="route-bars"),
            title="Why it costs that",
            subtitle="From what a typical route costs to this one. The parts add up exactly.",
        ),
    )


def _amount(one: Any) -> Any:
    total = one["kind"].to(str) == "total"
    return rx.cond(total, money(one["amount"], digits=0), money(one["amount"], digits=0, sign=True))


def _bar(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(one["label"], class_name="route-bar-label"),
            rx.cond(one["value"] != "", rx.el.span(one["value"], class_name="quiet")),
            class_name="route-bar-words",
            title=one["text"],
        ),
        rx.el.div(
            rx.el.div(
                class_name="route-bar route-bar-" + one["kind"].to(str),
                style={"left": one["left"], "width": one["width"]},
            ),
            class_name="route-bar-track",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.span(_amount(one), class_name="route-bar-amount"),
        rx.cond(one["text"] != "", rx.el.span(one["text"], class_name="sr-only")),
        class_name="route-bar-row",
    )
