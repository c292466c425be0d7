"""What a file amounts to: first to last day and the figures that its owner knows by heart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from ml_insights.sources.page.look import Items, rows_of, several, span
from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import money, number, t
from ml_insights.ui.parts import banner, icon


def headline() -> rx.Component:
    """The first thing to look at: if these figures are wrong, everything after them would be."""
    summary = ImportState.summary
    return rx.el.section(
        rx.el.p(
            icon("file-spreadsheet"),
            rx.el.strong(ImportState.file["name"].to(str)),
            rx.el.span(ImportState.title),
            class_name="import-file",
        ),
        rx.cond(
            ImportState.missing.length() > 0,
            rx.el.h2(t("Some columns are still to be chosen"), class_name="import-span"),
            rx.el.h2(_span(), class_name="import-span"),
        ),
        rx.el.p(_basis(), class_name="card-subtitle"),
        rx.cond(
            (ImportState.open_questions > 0) & (ImportState.missing.length() == 0),
            rx.el.p(
                t("Open questions are read as proposed; a figure that depends on an answer is a dash until then."),
                class_name="card-subtitle",
            ),
        ),
        rx.cond(
            ImportState.missing.length() > 0,
            banner("warning", t("Choose where these come from: {columns}.", columns=ImportState.missing.join(", "))),
            rx.fragment(_figures(summary), rx.cond(ImportState.contract == "orders", _own_totals(summary))),
        ),
        rx.foreach(ImportState.remarks, lambda remark: banner("info", remark)),
        class_name="card import-headline",
    )


def _span() -> rx.Var[str]:
    summary = ImportState.summary
    unknown = t("This depends on your answers")
    rows = rx.cond(summary["accepted"].is_none(), unknown, rows_of(summary["accepted"]))
    return rx.cond(summary["first"], span(summary), rows)


def _basis() -> rx.Var[str]:
    rows = rows_of(ImportState.summary["rows"])
    first = several(ImportState.summary["rows"], "In its first row", "In its first {count} rows")
    return rx.cond(
        ImportState.missing.length() > 0,
        t("Nothing has been imported yet."),
        rx.cond(ImportState.summary["whole"], t("In all of its {rows}", rows=rows), first),
    )


def _figures(summary: Any) -> rx.Component:
    orders = ImportState.contract == "orders"
    return rx.el.dl(
        _figure("Rows", _known(summary["accepted"], number)),
        rx.cond(
            orders,
            rx.fragment(
                _figure("Orders", _known(summary["orders"], number)),
                _figure("Customers", _known(summary["customers"], number)),
                _figure("Products", _known(summary["products"], number)),
                _figure("Units", _known(summary["units"], lambda units: number(units, digits=2))),
                _figure("Revenue", _known(summary["revenue"], money), strong=True),
            ),
        ),
        rx.cond(summary["refused"].to(int) > 0, _figure("Refused", number(summary["refused"]), bad=True)),
        class_name="import-figures",
    )


def _known(value: Any, shown: Callable[[Any], Any]) -> Any:
    """A figure, or a dash where it depends on an answer."""
    return rx.cond(value.is_none(), "–", shown(value))


def _own_totals(summary: Any) -> rx.Component:
    """What was taken off, and what the file says of its own sums."""
    declared = money(summary["declared"].to(float))
    return rx.el.ul(
        _line(summary["refunds"].to(float) > 0, t("Refunds of {sum} are taken off.", sum=money(summary["refunds"]))),
        _line(
            summary["order_totals"],
            t(
                "The file's own totals of these orders, less refunds, say {sum}: they know of shipping, taxes and "
                "discounts that are on no line.",
                sum=money(summary["order_totals"].to(float)),
            ),
        ),
        _line(
            summary["declared"],
            rx.cond(
                summary["agrees"],
                t("The rows add up to the file's grand total, {sum}.", sum=declared),
                t("The file's grand total says {sum}, which its rows do not add up to.", sum=declared),
            ),
        ),
        class_name="counted",
    )


def _line(holds: Any, text: Any) -> rx.Component:
    return rx.cond(holds, rx.el.li(text))


def _figure(label: str, value: Any, *, strong: bool = False, bad: bool = False) -> rx.Component:
    look = " figure-strong" if strong else " figure-bad" if bad else ""
    return rx.el.div(rx.el.dt(t(label)), rx.el.dd(value), class_name="import-figure" + look)


def counted_list(items: Any) -> rx.Component:
    """Reasons, each with its number of rows."""
    return rx.el.ul(
        rx.foreach(
            items.to(Items),
            lambda item: rx.el.li(
                rx.el.span(item["label"].to(str), class_name="counted-why"),
                rx.el.span(rows_of(item["rows"].to(int)), class_name="counted-rows"),
            ),
        ),
        class_name="counted",
    )
