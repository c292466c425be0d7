"""Which header feeds which column, the first rows as they are read, and the columns that nothing uses."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.sources.page.look import Items, cell, fold, several
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import Text, number, t
from ml_insights.ui.parts import badge, card, icon


def rows_card(
    state: Any = ImportState,
    subtitle: str = "What the file has stands below, where it is written in another way.",
) -> rx.Component:
    """The first rows: what was read, beside what the file has."""
    return rx.cond(
        state.first_rows.length() > 0,
        card(
            rx.el.div(
                rx.el.table(
                    rx.el.caption(t("First rows"), class_name="sr-only"),
                    rx.el.thead(rx.el.tr(rx.el.th("", scope="col"), rx.foreach(state.fed, _head))),
                    rx.el.tbody(rx.foreach(state.first_rows, lambda row: _row(row, state))),
                    class_name="table import-rows",
                ),
                class_name="table-scroll",
                tab_index=0,
                role="region",
                aria_label=t("First rows"),
            ),
            fold("Show all of these rows"),
            title="First rows, as they are read",
            subtitle=subtitle,
        ),
    )


def _head(column: Any) -> rx.Component:
    return rx.el.th(
        rx.el.span(column["title"].to(str), class_name="head-title"),
        rx.el.span(column["header"].to(str), class_name="head-source"),
        scope="col",
        class_name=rx.cond(column["numeric"], "numeric", ""),
    )


def _row(row: Any, state: Any) -> rx.Component:
    def told(value: Any, place: Any) -> rx.Component:
        return rx.el.td(
            cell(value),
            class_name=rx.cond(state.fed[place]["numeric"], "numeric", ""),
            custom_attrs={"data-label": state.fed[place]["title"].to(str)},
        )

    reasons = row["reasons"].to(list[str])
    return rx.el.tr(
        rx.el.td(
            rx.el.span(number(row["number"].to(int)), class_name="row-number"),
            rx.cond(reasons.length() > 0, _refused(reasons)),
            custom_attrs={"data-label": t("Row")},
        ),
        rx.foreach(row["cells"].to(Items), told),
        class_name=rx.cond(reasons.length() > 0, "row-refused", ""),
    )


def _refused(reasons: Any) -> rx.Component:
    return rx.el.span(
        icon("octagon-alert", 14), rx.el.span(t("refused: {why}", why=reasons.join("; "))), class_name="row-why"
    )


def columns_card(state: Any = ImportState, title: Text = "Columns") -> rx.Component:
    """The contract's columns in words, each with its header."""
    return card(
        rx.el.ul(rx.foreach(state.columns, lambda column: _column(column, state)), class_name="column-list"),
        fold("Show every column"),
        title=title,
        subtitle="Proposed from the names; change what is wrong.",
    )


def _column(column: Any, state: Any) -> rx.Component:
    title = column["title"].to(str)
    options = rx.foreach(state.headers, lambda header: rx.el.option(header, value=header))
    return rx.el.li(
        rx.el.label(
            rx.el.span(
                rx.el.strong(title),
                rx.cond(column["needed"].to(bool), badge("needed", "amber")),
                class_name="column-title",
            ),
            rx.el.span(column["description"].to(str), class_name="column-note"),
            rx.el.select(
                rx.el.option(t("— none —"), value=""),
                options,
                value=column["header"].to(str),
                on_change=lambda header: state.choose_header(column["name"].to(str), header),
                class_name="input select",
            ),
            class_name="column-choice",
        ),
        rx.cond(
            column["header"] != "",
            rx.el.div(
                rx.el.span(t("First value"), class_name="column-note"),
                cell(column["first"].to(dict[str, str])),
                class_name="column-first",
            ),
        ),
        class_name=rx.cond(column["needed"].to(bool), "column-one column-needed", "column-one"),
        key=column["name"].to(str),
    )


def unused_card() -> rx.Component:
    """What the file says besides: nobody shall find out later that a column was left behind."""
    return rx.cond(
        ImportState.unused.length() > 0,
        card(
            rx.el.ul(rx.foreach(ImportState.unused, _unused), class_name="unused-list unused-folded"),
            rx.cond(ImportState.unused.length() > 4, fold("Show every unused column")),
            title=several(ImportState.unused.length(), "1 column is not used", "{count} columns are not used"),
            subtitle="They stay in your file; nothing of them is stored.",
        ),
    )


def _unused(column: Any) -> rx.Component:
    return rx.el.li(*_told(column))


def besides_card() -> rx.Component:
    """The other columns of a contract that keeps them all, each with the way to leave it out."""
    return rx.cond(
        ImportState.besides.length() > 0,
        card(
            rx.el.ul(rx.foreach(ImportState.besides, _besides), class_name="unused-list"),
            title=several(ImportState.besides.length(), "1 further column", "{count} further columns"),
            subtitle="What is kept is stored with its row, and models may learn from it. Leave out what is known only "
            "afterwards, such as the invoice, and what nobody shall see here.",
        ),
    )


def _besides(column: Any) -> rx.Component:
    header, kept = column["header"].to(str), column["kept"].to(bool)
    return rx.el.li(
        *_told(column),
        rx.el.label(
            rx.el.input(type="checkbox", checked=kept, on_change=ImportState.leave_out(header)),
            rx.cond(kept, t("is stored"), t("is left out")),
            rx.el.span(header, class_name="sr-only"),
            class_name="check unused-kept",
        ),
    )


def _told(column: Any) -> list[rx.Component]:
    count = column["distinct"].to(int)
    return [
        rx.el.strong(column["header"].to(str)),
        rx.el.span(
            rx.cond(count == 0, t("empty"), several(count, "1 value", "{count} values")), class_name="unused-count"
        ),
        rx.el.span(column["examples"].to(list[str]).join(" · "), class_name="unused-examples"),
    ]
