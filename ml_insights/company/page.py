"""Administration → Company: what the company is, and when it is closed."""

from typing import Any

import reflex as rx

from ml_insights.company.policy import LONGEST_NAME
from ml_insights.company.state import CompanyState
from ml_insights.ui.i18n import date, t
from ml_insights.ui.modal import question
from ml_insights.ui.parts import (
    banner,
    button,
    card,
    choice,
    empty_state,
    field,
    icon,
    loading,
    page_header,
    text_input,
)

STACK = {"display": "grid", "gap": "16px"}


def company_page() -> rx.Component:
    """Currency, country and zone; the closing days; and the question before stored rows are read in another way."""
    return rx.fragment(
        page_header("Company", "Currency, country, time zone and closing days: what every page and model goes by"),
        rx.cond(CompanyState.loaded, rx.el.div(_set_up(), _closings(), style=STACK), loading("text")),
        question(
            CompanyState.warning != "", CompanyState.answer, "Read what is stored in another way?",
            CompanyState.warning, "Change it", CompanyState.confirm, danger=False,
        ),
    )  # fmt: skip


def _set_up() -> rx.Component:
    present = CompanyState.present
    same = (
        (CompanyState.currency == present["currency"])
        & (CompanyState.country == present["country"])
        & (CompanyState.timezone == present["timezone"])
    )
    unchanged = same & (CompanyState.version > 0)
    return card(
        rx.el.div(
            rx.el.div(
                _choice("Country", CompanyState.countries, CompanyState.country, CompanyState.choose_country),
                _choice("Currency", CompanyState.currencies, CompanyState.currency, CompanyState.choose_currency),
                _choice("Time zone", CompanyState.zones, CompanyState.timezone, CompanyState.choose_zone),
                class_name="form-row",
            ),
            rx.el.p(
                t(
                    "Amounts read {small} and {large}; it is {now}.",
                    small=CompanyState.preview["small"],
                    large=CompanyState.preview["large"],
                    now=CompanyState.preview["now"],
                ),
                class_name="quiet",
                role="status",
            ),
            rx.cond(
                CompanyState.version == 0,
                banner("info", "These are the settings of the environment. Check them and save once."),
            ),
            rx.el.div(button("Save", CompanyState.save, disabled=unchanged), class_name="form-actions"),
            class_name="form",
        ),
        title="What the company is",
        subtitle="Files without a time zone are read in this one, and days begin and end by it.",
    )


def _choice(label: str, options: Any, value: Any, on_change: Any) -> rx.Component:
    return field(label, choice(options, value, on_change, aria_label=label))


def _closings() -> rx.Component:
    known = "Public holidays of the country are known already. Add what is special about your company."
    unknown = "No public holidays are known for this country: add those on which you are closed."
    rows = rx.el.ul(rx.foreach(CompanyState.closings, _closing), class_name="closings")
    nothing = empty_state("calendar-off", "No closing days", "Stocktaking, a works outing, the week after New Year.")
    return card(
        _weekdays(),
        rx.cond(CompanyState.closings.length() > 0, rows, nothing),
        _closing_form(),
        title="Closing days",
        subtitle=rx.cond(CompanyState.holidays_known, t(known), t(unknown)),
    )


def _weekdays() -> rx.Component:
    """The days of every week, with those on which nothing was ever sold offered to be confirmed."""

    def one(day: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=day["closed"].to(bool),
                on_change=lambda _: CompanyState.toggle_weekday(day["day"].to(int)),
            ),
            rx.el.span(day["name"].to(str)),
            class_name="check",
        )

    offered = banner(
        "info",
        t("Orders never fall on these days of the week: {days}. Are you closed then?", days=CompanyState.unsold_names),
        " ",
        button("Yes, we are closed then", CompanyState.confirm_weekdays, kind="secondary"),
    )
    return rx.el.fieldset(
        rx.el.legend(t("Closed every week on"), class_name="field-label"),
        rx.el.div(rx.foreach(CompanyState.weekdays, one), class_name="form-row"),
        rx.cond(CompanyState.unsold.length() > 0, offered),
        class_name="form",
    )


def _closing(row: Any) -> rx.Component:
    one = row["first"] == row["last"]
    yearly = rx.cond(
        one,
        t("every {day}", day=date(row["first"], year=False)),
        t("every {first} – {last}", first=date(row["first"], year=False), last=date(row["last"], year=False)),
    )
    once = rx.cond(
        one,
        date(row["first"], weekday=True),
        t("{first} – {last}", first=date(row["first"]), last=date(row["last"])),
    )
    remove = rx.el.button(
        icon("trash-2"),
        type="button",
        class_name="icon-button",
        aria_label=t("Remove {name}", name=row["name"].to(str)),
        on_click=CompanyState.open_on(row["key"]),
    )
    return rx.el.li(
        rx.el.strong(row["name"].to(str)),
        rx.el.span(rx.cond(row["yearly"], yearly, once), class_name="quiet"),
        remove,
    )


def _closing_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            field("Name", text_input(name="name", required=True, max_length=LONGEST_NAME, placeholder="Stocktaking")),
            field("First day", text_input(name="first", type="date", required=True)),
            field("Last day", text_input(name="last", type="date"), hint="Empty for a single day"),
            class_name="form-row",
        ),
        rx.el.label(rx.el.input(type="checkbox", name="yearly"), t("The same days every year"), class_name="check"),
        rx.el.div(button("Add", kind="secondary", icon_name="plus", type="submit"), class_name="form-actions"),
        on_submit=CompanyState.close_on,
        reset_on_submit=True,
        class_name="form closing-form",
    )
