"""What the cards of the import page share."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.core.sheets import Form
from ml_insights.sources.state import ImportState
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import date, money, number, t

ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "12px", "align_items": "center"}
NOTE = {"color": "var(--slate-11)", "font_size": "13px"}
STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
Items = list[dict[str, Any]]


def several(count: Any, one: str, many: str, **values: Any) -> rx.Var[str]:
    """`one` for exactly 1, else `many`, whose {count} is the number."""
    return rx.cond(count == 1, t(one, **values), t(many, count=number(count), **values))


def rows_of(count: Any) -> rx.Var[str]:
    """How many rows, in words."""
    return several(count, "1 row", "{count} rows")


def span(summary: Any) -> rx.Var[str]:
    """First to last day; one day where they are the same."""
    first, last = date(summary["first"]), date(summary["last"])
    return rx.cond(summary["first"] == summary["last"], first, t("{first} – {last}", first=first, last=last))


def revenue(summary: Any) -> rx.Var[str]:
    """Revenue in the company's currency."""
    return money(summary["revenue"])


def cell(value: Any) -> rx.Component:
    """What was read, and below it, muted, what the file has where that is written otherwise."""
    raw, shown = value["raw"].to(str), value["shown"].to(str)
    return rx.el.span(
        rx.cond(
            shown == "",
            rx.cond(raw == "", rx.el.span("–", class_name="quiet"), rx.el.span(raw, class_name="cell-unread")),
            rx.el.span(shown, class_name="cell-read"),
        ),
        rx.cond((shown != "") & (shown != raw), rx.el.span(raw, class_name="cell-raw")),
        class_name="cell",
    )


def download_refused(batch: Any, form: str = Form.CSV.value) -> Any:
    """Fetch the refused rows of a batch. By an event, because a link would be taken for a page of the site."""
    return rx.download(url="/api/import/" + batch.to_string() + f"/refused.csv?format={form}", filename="")


def refused_files(batch: Any) -> rx.Component:
    """The refused rows to take along, as CSV and as a workbook."""
    return export_choice(lambda form: download_refused(batch, form), "Download the refused rows")


def fold(label: str) -> rx.Component:
    """A switch that only a phone shows: what its card folds away there is shown while it is on."""
    return rx.el.label(rx.el.input(type="checkbox", class_name="fold-switch"), t(label), class_name="check fold")


def stepper() -> rx.Component:
    """Where on the way from file to rows the reader is."""
    places = {"choose": 0, "understand": 1, "checking": 2, "review": 2, "writing": 3, "done": 3}
    at = rx.Var.create(rx.match(ImportState.step, *list(places.items()), 0)).to(int)
    names = ("File", "What it says", "Check", "Import")
    return rx.el.ol(
        *[
            rx.el.li(
                rx.el.span(str(place + 1), class_name="step-number", custom_attrs={"aria-hidden": "true"}),
                rx.el.span(t(name), class_name="step-name"),
                class_name=rx.cond(
                    at == place, "import-step step-now", rx.cond(at > place, "import-step step-over", "import-step")
                ),
                custom_attrs={"aria-current": rx.cond(at == place, "step", "false")},
            )
            for place, name in enumerate(names)
        ],
        class_name="import-steps",
        aria_label=t("Steps of the import"),
    )
