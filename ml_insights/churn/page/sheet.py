"""The alert that is open: why, who, what to do, and what was done."""

from typing import Any

import reflex as rx

from ml_insights.churn.page.pieces import REASONS, alert_status, due, sign
from ml_insights.churn.service.changing import LONGEST_NOTE
from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.sheet import AlertState
from ml_insights.churn.tables import AlertStatus
from ml_insights.ui.i18n import date, datetime, money, number, percent, t
from ml_insights.ui.parts import button, choice, facts_list, field, icon, link
from ml_insights.ui.sheet import sheet

ALERT, CUSTOMER = AlertState.alert, AlertState.customer
SNOOZES = ((7, "1 week"), (14, "2 weeks"), (30, "1 month"))


def alert_sheet() -> rx.Component:
    """Beside the list; the address keeps which one it is."""
    subtitle = t(
        "{probability} likely not to buy within {days} days from {day}",
        probability=percent(ALERT["probability"]),
        days=ALERT["horizon"],
        day=date(ALERT["as_of"]),
    )
    return sheet(
        AlertState.number != 0,
        AlertState.close,
        ALERT["label"].to(str),
        subtitle,
        _standing(),
        _step(),
        rx.cond(ChurnState.can_work, _work(), _looking()),
        _why(),
        _facts(),
        _history(),
    )


def _standing() -> rx.Component:
    reach = rx.el.div(
        rx.cond(CUSTOMER["phone"] != "", _contact("phone", "tel:", CUSTOMER["phone"])),
        rx.cond(CUSTOMER["email"] != "", _contact("mail", "mailto:", CUSTOMER["email"])),
        link(
            icon("user-round", 14), "Everything about this customer", href=ALERT["address"].to(str), class_name="chip"
        ),
        class_name="chips",
    )
    closed = rx.cond(ALERT["dismissed_for"] != "", rx.el.span(ALERT["dismissed_for"], class_name="quiet small"))
    line = rx.el.div(
        alert_status(ALERT["status"]),
        rx.cond(ALERT["active"], due(ALERT)),
        rx.cond(
            ALERT["active"] & (ALERT["owner"] != ""), rx.el.span(icon("user", 13), ALERT["owner"], class_name="due")
        ),
        sign(ALERT),
        closed,
        class_name="churn-line",
    )
    return rx.el.div(line, reach, class_name="churn-standing")


def _contact(mark: str, scheme: str, where: Any) -> rx.Component:
    target = scheme + where.to(str).replace(" ", "")
    return rx.el.a(icon(mark, 14), where, href=target, class_name="chip chip-strong")


def _step() -> rx.Component:
    """What to do next, with one button where the orders have answered already."""
    suggestion = rx.match(
        ALERT["suggested"],
        ("retained", button("Mark as retained", AlertState.move("retained"), icon_name="check")),
        ("lost", button("Mark as lost", AlertState.move("lost"), kind="secondary")),
        rx.fragment(),
    )
    return rx.cond(
        ALERT["next_step"] != "",
        rx.el.section(
            rx.el.h3(icon("lightbulb", 14), t("Next step"), class_name="churn-heading"),
            rx.el.p(ALERT["next_step"]),
            rx.cond(ChurnState.can_work, rx.fragment(suggestion)),
            class_name="churn-step",
        ),
    )


def _looking() -> rx.Component:
    return rx.el.p(t("You may look at alerts, not work them."), class_name="quiet small")


def _work() -> rx.Component:
    note = rx.debounce_input(
        rx.el.textarea(
            value=AlertState.note,
            on_change=AlertState.write_note,
            max_length=LONGEST_NOTE,
            rows=2,
            class_name="input churn-note",
            placeholder=t("What was said, what was promised…"),
        ),
        debounce_timeout=200,
    )
    return rx.el.section(
        field("Note", note, hint="It is kept with the next step"),
        rx.cond(AlertState.dismissing, _dismissing(), _steps()),
        rx.cond(ALERT["active"], _planning()),
        class_name="churn-work",
        aria_label=t("Work on this alert"),
    )


def _steps() -> rx.Component:
    def go(label: str, status: AlertStatus, mark: str, kind: Any = "primary") -> rx.Component:
        return button(label, AlertState.move(status.value), kind=kind, icon_name=mark)

    dismiss = button("Dismiss…", AlertState.ask_reason(True), kind="ghost")
    keep = rx.cond(AlertState.note != "", button("Save the note", AlertState.add_note, kind="secondary"))
    opened = rx.fragment(go("Contacted", AlertStatus.CONTACTED, "phone-call"), keep, dismiss)
    contacted = rx.fragment(
        go("Retained", AlertStatus.RETAINED, "check"),
        go("Lost", AlertStatus.LOST, "user-x", "secondary"),
        keep,
        dismiss,
    )
    closed = rx.fragment(button("Reopen", AlertState.reopen, kind="secondary", icon_name="rotate-ccw"), keep)
    chosen = rx.match(
        ALERT["status"], (AlertStatus.OPEN.value, opened), (AlertStatus.CONTACTED.value, contacted), closed
    )
    return rx.el.div(rx.fragment(chosen), class_name="form-actions churn-steps")


def _dismissing() -> rx.Component:
    options = [(reason.value, text) for reason, text in REASONS]
    return rx.el.div(
        field(
            "Why is nothing more to do?", choice(options, AlertState.reason, AlertState.choose_reason, auto_focus=True)
        ),
        rx.el.div(
            button("Dismiss", AlertState.dismiss),
            button("Cancel", AlertState.ask_reason(False), kind="secondary"),
            class_name="form-actions",
        ),
        class_name="form",
    )


def _planning() -> rx.Component:
    owner = rx.el.select(
        rx.el.option(t("Nobody"), value=""),
        rx.foreach(ChurnState.owners, lambda one: rx.el.option(one["label"], value=one["value"])),
        value=ALERT["owner_choice"].to(str),
        on_change=AlertState.give_to,
        class_name="input select",
    )
    day = rx.el.input(
        type="date",
        default_value=ALERT["due_on"].to(str),
        key=ALERT["due_on"].to(str),
        on_blur=AlertState.set_due,
        class_name="input",
    )
    naps = [
        rx.el.button(t(label), type="button", class_name="segment", on_click=AlertState.snooze(days))
        for days, label in SNOOZES
    ]
    asleep = rx.el.div(
        rx.el.span(t("until {day}", day=date(ALERT["snoozed_until"]))),
        button("Put back", AlertState.snooze(0), kind="secondary"),
        class_name="churn-line",
    )
    return rx.el.div(
        rx.el.div(field("Owner", owner), field("Due", day), class_name="form-row"),
        rx.el.div(
            rx.el.span(t("Snooze"), class_name="field-label"),
            rx.cond(
                ALERT["snoozed_until"] != "",
                asleep,
                rx.el.div(*naps, class_name="segments", role="group", aria_label=t("Snooze")),
            ),
            class_name="field churn-snooze",
        ),
        class_name="form",
    )


def _why() -> rx.Component:
    def reason(row: Any) -> Any:
        width = (row["strength"].to(float) * 100).to(str) + "%"
        return rx.el.li(
            rx.el.div(
                icon("trending-down", 14),
                rx.el.span(row["text"]),
                rx.el.span(row["typical"], class_name="quiet small churn-typical"),
                class_name="churn-reason-top",
            ),
            rx.el.div(rx.el.div(style={"width": width}), class_name="churn-reason-bar", aria_hidden="true"),
            class_name="churn-reason churn-reason-leaving",
        )

    return rx.el.section(
        rx.el.h3(t("Why"), class_name="churn-heading"),
        rx.cond(
            AlertState.reasons.length() > 0,
            rx.el.ul(rx.foreach(AlertState.reasons, reason), class_name="churn-reasons"),
            rx.el.p(t("Nothing that people would call a reason stands out."), class_name="quiet"),
        ),
    )


def _facts() -> rx.Component:
    least = ALERT["least_probability"]
    pays = rx.cond(
        least == None,  # noqa: E711  a comparison in the browser
        t("never, at the present rules"),
        t("from {share} upwards", share=percent(least)),
    )
    present = rx.cond(CUSTOMER["present"] == None, rx.Var.create("–"), percent(CUSTOMER["present"]))  # noqa: E711
    pairs: list[tuple[Any, Any]] = [
        ("Revenue at risk", money(ALERT["at_risk"], digits=0)),
        ("Expected revenue, if they stay", money(ALERT["value"], digits=0)),
        ("Expected profit of a contact", money(ALERT["expected_profit"], digits=0)),
        ("Contacting pays, for this customer's value,", pays),
        ("May leave, as of today's scores", present),
        ("Last purchase", rx.cond(CUSTOMER["last_day"] != "", date(CUSTOMER["last_day"]), "–")),
        ("Orders so far", number(CUSTOMER["orders"])),
        ("Revenue in a year", money(CUSTOMER["revenue_year"], digits=0)),
        ("Region", rx.cond(CUSTOMER["region"] != "", CUSTOMER["region"].to(str), "–")),
        ("Model", ALERT["model"].to(str)),
    ]
    return rx.el.section(rx.el.h3(t("Facts"), class_name="churn-heading"), facts_list(pairs))


def _history() -> rx.Component:
    def event(row: Any) -> rx.Component:
        return rx.el.li(
            rx.el.div(
                rx.el.strong(row["what"]),
                rx.cond(row["more"] != "", rx.el.span(row["more"])),
                class_name="churn-event-what",
            ),
            rx.cond(row["note"] != "", rx.el.p(row["note"], class_name="churn-event-note")),
            rx.el.div(row["who"], " · ", datetime(row["at"]), class_name="quiet small"),
        )

    return rx.el.section(
        rx.el.h3(t("History"), class_name="churn-heading"),
        rx.el.ol(rx.foreach(AlertState.history, event), class_name="churn-history"),
    )
