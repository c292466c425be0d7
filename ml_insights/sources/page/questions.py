"""What a file leaves open, as questions; and what it settles by itself, to be changed where that is wrong."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.sources.page.look import Items, rows_of, several
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import money, t
from ml_insights.ui.parts import badge, button, card, field, icon, text_input
from ml_insights.ui.state import ShellState

REMEMBERED = "The file can be read in more than one way. Your answers are remembered for files of its kind."


def questions_card(state: Any = ImportState, subtitle: str = REMEMBERED) -> rx.Component:
    """Every decision that somebody has to take, in one card; those that are taken stay, and can be changed.

    `state` has the decisions and the handlers of their answers.
    """
    count = state.open_questions
    return rx.cond(
        state.questions.length() > 0,
        card(
            rx.el.div(rx.foreach(state.questions, lambda decision: _question(decision, state)), class_name="questions"),
            title=rx.cond(
                count > 0, several(count, "One question", "{count} questions"), t("All questions are answered")
            ),
            subtitle=subtitle,
        ),
    )


def settled_card(
    state: Any = ImportState, subtitle: str = "The file itself says so. Change what is wrong."
) -> rx.Component:
    """What the file settles by itself."""
    return rx.cond(
        state.settled.length() > 0,
        card(
            rx.el.div(rx.foreach(state.settled, lambda decision: _settled(decision, state)), class_name="settled"),
            title="We understood",
            subtitle=subtitle,
        ),
    )


def _question(decision: Any, state: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(
            rx.cond(decision["open"], icon("circle-help", 18), icon("circle-check", 18)),
            rx.el.span(decision["question"].to(str)),
        ),
        _body(decision, state),
        rx.cond(decision["open"] & decision["complete"].to(bool), _confirm(decision, state)),
        class_name=rx.cond(decision["open"], "question question-open", "question"),
        key=decision["name"].to(str),
    )


def _settled(decision: Any, state: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            rx.el.span(decision["question"].to(str), class_name="settled-question"),
            rx.el.strong(decision["told"].to(str), class_name="settled-answer"),
            rx.el.span(t("Change"), class_name="settled-change"),
        ),
        _body(decision, state),
        class_name="settled-one",
        key=decision["name"].to(str),
    )


def _body(decision: Any, state: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(decision["why"] != "", rx.el.p(decision["why"].to(str), class_name="question-why")),
        rx.cond(decision["examples"].to(Items).length() > 0, _examples(decision)),
        rx.cond(decision["meant"].to(bool), _meanings(decision, state), _options(decision, state)),
        rx.cond((decision["foreign"] != "") & ShellState.routes.contains("/company"), _count_in(decision, state)),
        class_name="question-body",
    )


def _count_in(decision: Any, state: Any) -> rx.Component:
    """The way out where the company itself is set up in a currency that is not its own."""
    foreign = decision["foreign"].to(str)
    return rx.el.div(
        button(t("The company counts in {currency}", currency=foreign), state.count_in(foreign), kind="secondary"),
        class_name="form-actions",
    )


def _examples(decision: Any) -> rx.Component:
    def example(one: Any) -> rx.Component:
        arrow = rx.el.span("→", class_name="quiet", custom_attrs={"aria-hidden": "true"})
        return rx.el.li(rx.el.code(one["raw"].to(str)), arrow, rx.el.span(one["shown"].to(str)))

    return rx.el.ul(
        rx.foreach(decision["examples"].to(Items), example), class_name="question-examples", aria_label=t("Examples")
    )


def _options(decision: Any, state: Any) -> rx.Component:
    """One answer for the whole file."""
    name = decision["name"].to(str)

    def option(one: Any) -> rx.Component:
        value = one["value"].to(str)
        return rx.el.label(
            rx.el.input(
                type="radio",
                name=name,
                value=value,
                checked=decision["answer"] == one["value"],
                on_change=state.answer(name, value),
            ),
            rx.el.span(one["label"].to(str), class_name="option-label"),
            _weight(one),
            class_name="option",
        )

    typed = field(
        "Something else",
        text_input(
            default_value=decision["answer"].to(str),
            key=decision["answer"].to(str),
            on_blur=lambda value: state.answer_typed(name, value),
        ),
    )
    return rx.el.div(
        rx.foreach(decision["options"].to(Items), option),
        rx.cond(decision["typed"].to(bool), typed),
        class_name="options",
    )


def _weight(one: Any) -> rx.Component:
    """How much of the file an option concerns."""
    return rx.el.span(
        rx.cond(one["rows"], rx.el.span(rows_of(one["rows"].to(int)))),
        rx.cond(one["money"], rx.el.span(money(one["money"].to(float)))),
        class_name="option-weight",
    )


def _meanings(decision: Any, state: Any) -> rx.Component:
    """An answer for each of the options, in a table."""
    name = decision["name"].to(str)
    heads = [rx.el.th(t(label), scope="col", class_name=look) for label, look in HEADS]

    def row(one: Any) -> rx.Component:
        return rx.el.tr(
            rx.el.td(rx.el.strong(one["label"].to(str)), custom_attrs={"data-label": t("Value")}),
            rx.el.td(
                rx.cond(one["rows"], rows_of(one["rows"].to(int)), "–"),
                class_name="numeric",
                custom_attrs={"data-label": t("Rows")},
            ),
            rx.el.td(
                rx.cond(one["money"], money(one["money"].to(float)), "–"),
                class_name="numeric",
                custom_attrs={"data-label": t("Money")},
            ),
            rx.el.td(_choice(name, one, state), custom_attrs={"data-label": t("Counts as")}),
        )

    return rx.el.div(
        rx.el.table(
            rx.el.caption(decision["question"].to(str), class_name="sr-only"),
            rx.el.thead(rx.el.tr(*heads)),
            rx.el.tbody(rx.foreach(decision["options"].to(Items), row)),
            class_name="table",
        ),
        class_name="table-scroll",
        tab_index=0,
        role="region",
        aria_label=decision["question"].to(str),
    )


HEADS = (("Value", ""), ("Rows", "numeric"), ("Money", "numeric"), ("Counts as", ""))


def _choice(name: Any, one: Any, state: Any) -> rx.Component:
    def segment(meaning: Any) -> rx.Component:
        return rx.el.button(
            meaning["label"].to(str),
            type="button",
            on_click=state.answer_option(name, one["value"].to(str), meaning["value"].to(str)),
            class_name="segment",
            custom_attrs={"aria-pressed": rx.cond(one["answer"] == meaning["value"], "true", "false")},
        )

    label = t("What “{value}” counts as", value=one["label"].to(str))
    meanings = rx.el.div(
        rx.foreach(one["meanings"].to(Items), segment),
        class_name="segments",
        role="group",
        aria_label=label,
    )
    rate = text_input(
        type="number",
        min=0,
        step="any",
        placeholder="Rate",
        default_value=one["answer"].to(str),
        key=one["answer"].to(str),
        on_blur=lambda value: state.answer_rate(name, one["value"].to(str), value),
        aria_label=t("What one {currency} is worth", currency=one["value"].to(str)),
    )
    return rx.el.div(rx.cond(one["rated"].to(bool), rate), meanings, class_name="form-actions")


def _confirm(decision: Any, state: Any) -> rx.Component:
    return rx.el.div(
        button("Yes, that is right", state.accept(decision["name"].to(str)), kind="secondary", icon_name="check"),
        badge("proposed", "blue"),
        class_name="question-confirm",
    )
