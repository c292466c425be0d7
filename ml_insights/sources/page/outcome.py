"""The last steps: what was refused and why, the consent to import the rest, and what came of it."""

import reflex as rx

from ml_insights.sources.page.look import ROW, STACK, download_refused
from ml_insights.sources.state import ImportState, RefusedState
from ml_insights.ui.computing import after_import
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import banner, button, card, grid, kpi
from ml_insights.ui.table import Column, data_table


def review_cards() -> rx.Component:
    """What the check found, before anything enters."""
    tally = ImportState.tally
    return rx.el.div(
        grid(
            kpi("Rows in the file", number(tally["rows"])),
            kpi("Ready to import", number(tally["accepted"])),
            kpi("Refused", number(tally["refused"])),
            kpi("Returns among them", number(tally["returns"])),
        ),
        rx.cond(tally["refused"] > 0, _refused_card()),
        _consent_card(),
        style=STACK,
    )


def _refused_card() -> rx.Component:
    download = button(
        "Download the refused rows", download_refused(ImportState.batch), kind="secondary", icon_name="download"
    )
    return card(
        data_table(
            [
                Column("row", "Row", "number", sortable=False),
                Column("column", "Column", sortable=False),
                Column("value", "Value", sortable=False),
                Column("reason", "Refused because it", sortable=False),
            ],
            RefusedState.rows,
            caption="Refused rows",
            total=RefusedState.total,
            page=RefusedState.page,
            page_size=10,
            on_page=RefusedState.turn,
        ),
        title="Refused rows",
        subtitle="Mend them in the downloaded file and import that: only the mended rows are added.",
        actions=download,
    )


def _consent_card() -> rx.Component:
    tally = ImportState.tally
    remarks = t(
        "Worth a look: {anonymous} lines without a customer, {zero} with a price of 0, {negative} with a negative one.",
        anonymous=number(tally["anonymous"]),
        zero=number(tally["zero_prices"]),
        negative=number(tally["negative_prices"]),
    )
    go = t("Import {rows} rows", rows=number(tally["accepted"]))
    return card(
        rx.cond(ImportState.contract == "orders", rx.el.p(remarks, class_name="card-subtitle")),
        rx.el.label(
            rx.el.input(type="checkbox", checked=ImportState.overwrite, on_change=ImportState.toggle_overwrite),
            " ",
            t("Overwrite lines that are known with other values"),
            style={"display": "flex", "gap": "8px", "margin": "12px 0"},
        ),
        rx.el.div(
            button(go, ImportState.write, icon_name="database", disabled=tally["accepted"] == 0),
            button("Change the columns", ImportState.back, kind="secondary"),
            style=ROW,
        ),
        title="Nothing has been imported yet",
    )


def done_card() -> rx.Component:
    """What became of the rows, and where to go next."""
    counts = ImportState.counts
    return rx.el.div(
        banner("success", t("{file} is imported.", file=ImportState.file)),
        grid(
            kpi("Added", number(counts["added"])),
            kpi("Known already", number(counts["unchanged"])),
            kpi("Updated", number(counts["updated"])),
            kpi("Known with other values, kept", number(counts["kept"])),
        ),
        card(after_import()),
        rx.el.div(
            button("Import another file", ImportState.start_over, kind="secondary", icon_name="upload"),
            style=ROW,
        ),
        style=STACK,
    )
