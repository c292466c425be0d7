"""The second step: which header feeds which column, how values are written, and what the first rows say to that."""

from typing import Any

import reflex as rx

from ml_insights.core.company import company
from ml_insights.sources.page.look import NOTE, ROW, STACK
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import badge, banner, button, card, choice, field, text_input

DECIMALS = [(".", "Point: 1,234.5"), (",", "Comma: 1.234,5")]


def mapping_cards() -> rx.Component:
    """Everything about the file before it is checked."""
    return rx.el.div(_columns_card(), _values_card(), _rows_card(), _verdict(), style=STACK)


def _columns_card() -> rx.Component:
    head = rx.el.tr(*[rx.el.th(t(label), scope="col") for label in ("Column", "Comes from", "First value")])
    return card(
        rx.cond(ImportState.total_header != "", _total_hint()),
        rx.el.div(
            rx.el.table(
                rx.el.caption(t("Columns"), class_name="sr-only"),
                rx.el.thead(head),
                rx.el.tbody(rx.foreach(ImportState.columns, _column)),
                class_name="table",
            ),
            class_name="table-scroll",
            tab_index=0,
            role="region",
            aria_label=t("Columns"),
        ),
        title=t("Columns of {file}", file=ImportState.file),
        subtitle="Proposed from the names; change what is wrong.",
    )


def _column(column: Any) -> rx.Component:
    needed = rx.cond(column["required"] == "yes", badge("required", "blue"))
    options = rx.foreach(ImportState.headers, lambda header: rx.el.option(header, value=header))
    select = rx.el.select(
        rx.el.option(t("— none —"), value=""),
        options,
        value=column["header"],
        on_change=lambda header: ImportState.choose_header(column["name"], header),
        class_name="input select",
        aria_label=column["name"],
    )
    return rx.el.tr(
        rx.el.td(
            rx.el.div(rx.el.strong(column["name"]), needed, style=ROW),
            rx.el.div(column["description"], style=NOTE),
            custom_attrs={"data-label": t("Column")},
        ),
        rx.el.td(select, custom_attrs={"data-label": t("Comes from")}),
        rx.el.td(column["example"], custom_attrs={"data-label": t("First value")}),
    )


def _total_hint() -> rx.Component:
    return banner(
        "info",
        t(
            "There is no unit price, but “{header}” looks like the amount of each line. If it is, the price becomes "
            "the amount divided by the quantity.",
            header=ImportState.total_header,
        ),
        " ",
        button(
            t("Use “{header}” as the amount", header=ImportState.total_header),
            ImportState.choose_header("total", ImportState.total_header),
            kind="secondary",
        ),
    )


def _values_card() -> rx.Component:
    return card(
        rx.cond(ImportState.date_choices.length() > 0, _date_question()),
        rx.el.div(
            field(
                "Dates",
                text_input(
                    default_value=ImportState.date_format,
                    key=ImportState.date_format,
                    on_blur=ImportState.choose_dates,
                    placeholder="%d/%m/%Y",
                ),
                hint="iso, or a format such as %d/%m/%Y %H:%M",
            ),
            field(
                "Decimal sign",
                choice(
                    [(".", "Point: 1,234.5"), (",", "Comma: 1.234,5")], ImportState.decimal, ImportState.choose_decimal
                ),
            ),
            rx.el.p(
                t(
                    "Encoding {encoding}, separator “{separator}”. Times without a zone are in {zone}.",
                    encoding=ImportState.encoding,
                    separator=rx.cond(ImportState.separator == "\t", t("tab"), ImportState.separator),
                    zone=company().timezone,
                ),
                style=NOTE,
            ),
            style=ROW | {"align_items": "flex-start", "gap": "24px"},
        ),
        title="How values are written",
    )


def _date_question() -> rx.Component:
    options = rx.foreach(
        ImportState.date_choices,
        lambda choice_: button(choice_, ImportState.choose_dates(choice_), kind="secondary"),
    )
    return banner("warning", t("These dates can be day first or month first. Which is it?"), " ", options)


def _rows_card() -> rx.Component:
    return card(
        rx.el.div(
            rx.el.table(
                rx.el.caption(t("First rows"), class_name="sr-only"),
                rx.el.thead(rx.el.tr(rx.foreach(ImportState.headers, lambda name: rx.el.th(name, scope="col")))),
                rx.el.tbody(rx.foreach(ImportState.rows, lambda row: rx.el.tr(rx.foreach(row, rx.el.td)))),
                class_name="table",
            ),
            class_name="table-scroll",
            tab_index=0,
            role="region",
            aria_label=t("First rows"),
        ),
        title="First rows of the file",
    )


def _verdict() -> rx.Component:
    good = t("The first {rows} rows can be read.", rows=number(ImportState.tried))
    bad = t(
        "{refused} of the first {rows} rows would be refused:",
        refused=number(ImportState.would_refuse),
        rows=number(ImportState.tried),
    )
    ready = (ImportState.missing.length() == 0) & (ImportState.date_format != "")
    return card(
        rx.cond(
            ImportState.missing.length() > 0,
            banner("warning", t("Still to be chosen: {columns}", columns=ImportState.missing.join(", "))),
            rx.cond(
                ImportState.would_refuse > 0,
                banner("warning", bad, rx.el.ul(rx.foreach(ImportState.examples, rx.el.li))),
                banner("success", good),
            ),
        ),
        rx.el.div(
            button("Check all rows", ImportState.check, icon_name="list-checks", disabled=~ready),
            style=ROW | {"margin_top": "12px"},
        ),
    )
