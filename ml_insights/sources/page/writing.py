"""How the file is written, folded away: it is found, and seldom wrong."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.sources.state import ImportState
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import NUMBER, button, choice, field, text_input

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8 with a mark"),
    ("cp1252", "Windows-1252 (Western Europe)"),
    ("latin_1", "ISO 8859-1 (Latin 1)"),
    ("mac_roman", "Mac Roman"),
    ("cp850", "DOS (code page 850)"),
    ("utf-16", "UTF-16"),
]
SEPARATORS = [(",", "Comma (,)"), (";", "Semicolon (;)"), ("\t", "Tab"), ("|", "Bar (|)")]


def writing_card() -> rx.Component:
    """Encoding and separator of a text file, or the sheet of a workbook; and the row of the header."""
    file = ImportState.file
    return rx.el.details(
        rx.el.summary(
            rx.el.span(t("How the file is written"), class_name="card-title"),
            rx.el.span(_told(file), class_name="card-subtitle"),
        ),
        rx.el.div(
            rx.cond(file["sheets"].to(list[str]).length() > 0, _sheet(file), _text(file)),
            field(
                "Row of the header",
                text_input(
                    type=NUMBER,
                    min=0,
                    default_value=file["header_row"].to(str),
                    key=file["header_row"].to(str),
                    on_blur=lambda value: ImportState.choose_writing("header_row", value),
                ),
                hint="Rows above it are passed over; 0 where there is none.",
            ),
            class_name="form-row",
        ),
        rx.el.p(t("Times without a zone are in {zone}.", zone=file["zone"].to(str)), class_name="card-subtitle"),
        class_name="card import-writing",
    )


def _told(file: Any) -> rx.Var[str]:
    """What was found, so that nobody needs to unfold it."""
    text = t(
        "Encoding {encoding}, separator {separator}, header in row {row}",
        encoding=_named(file["encoding"], ENCODINGS),
        separator=_named(file["separator"], SEPARATORS),
        row=file["header_row"].to(str),
    )
    sheet = t("Sheet “{sheet}”, header in row {row}", sheet=file["sheet"].to(str), row=file["header_row"].to(str))
    return rx.cond(file["sheets"].to(list[str]).length() > 0, sheet, text)


def _named(value: Any, names: list[tuple[str, str]]) -> Any:
    return rx.match(value.to(str), *[(key, t(label)) for key, label in names], value.to(str))


def _text(file: Any) -> rx.Component:
    return rx.fragment(
        field(
            "Encoding",
            choice(ENCODINGS, file["encoding"].to(str), lambda value: ImportState.choose_writing("encoding", value)),
            hint="Choose another one where accents look wrong.",
        ),
        field(
            "Separator",
            choice(SEPARATORS, file["separator"].to(str), lambda value: ImportState.choose_writing("separator", value)),
        ),
    )


def _sheet(file: Any) -> rx.Component:
    options = rx.foreach(file["sheets"].to(list[str]), lambda sheet: rx.el.option(sheet, value=sheet))
    return field(
        "Sheet",
        rx.el.select(
            options,
            value=file["sheet"].to(str),
            on_change=lambda value: ImportState.choose_writing("sheet", value),
            class_name="input select",
        ),
    )


def remembered_banner() -> rx.Component:
    """Says where the choices come from when the file was not looked at with fresh eyes."""
    from ml_insights.ui.i18n import date
    from ml_insights.ui.parts import banner

    told = t(
        "Read as the last file of this kind was, on {day} by {who}.",
        day=date(ImportState.remembered["at"]),
        who=ImportState.remembered["by"],
    )
    return rx.cond(
        ImportState.remembered.length() > 0,
        banner("info", told, " ", button("Start afresh", ImportState.start_afresh, kind="ghost")),
    )
