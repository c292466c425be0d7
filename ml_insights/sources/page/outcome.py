"""The last steps: what all rows amount to, the consent to import them, and what came of it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from ml_insights.sources.page.headline import counted_list, headline
from ml_insights.sources.page.look import STACK, Items, refused_files, revenue, rows_of, several, span
from ml_insights.sources.state import ImportState, RefusedState
from ml_insights.ui.computing import after_import
from ml_insights.ui.i18n import money, number, t
from ml_insights.ui.parts import banner, button, card
from ml_insights.ui.table import Column, data_table


def review_cards() -> rx.Component:
    """What the check found, before anything enters."""
    summary = ImportState.summary
    return rx.el.div(
        headline(),
        rx.cond(summary["set_aside"].to(Items).length() > 0, _aside_card()),
        rx.cond(summary["refused"].to(int) > 0, _refused_card()),
        _cancelled(summary, done=False),
        _consent_card(),
        class_name="import-page",
    )


def _cancelled(summary: Any, done: bool) -> rx.Component:
    """What of the sales that are here the file says is none any more, and what comes of it."""
    orders, rows = summary["cancelled_orders"].to(int), summary["cancelled_rows"].to(int)
    shown = {
        "orders": several(orders, "1 order that is a sale here", "{count} orders that are sales here"),
        "rows": rows_of(rows),
        "revenue": money(summary["cancelled_revenue"].to(float)),
    }
    coming = t(
        "{orders}: in this file they are none ({rows}). The import takes {revenue} back, and undoing it brings that "
        "back again.",
        **shown,
    )
    over = t("Sales that this file says are none were taken back: {revenue} ({rows}).", **shown)
    return rx.cond(rows > 0, banner("warning", over if done else coming))


def _aside_card() -> rx.Component:
    return card(
        counted_list(ImportState.summary["set_aside"]),
        title="Left aside",
        subtitle="These rows are no data, or you have left them out; they do not count.",
    )


def _refused_card() -> rx.Component:
    return card(
        counted_list(ImportState.summary["refused_by"]),
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
        title=several(ImportState.summary["refused"].to(int), "1 row is refused", "{count} rows are refused"),
        subtitle="Mend them in the downloaded file and import that: only the mended rows are added.",
        actions=refused_files(ImportState.batch),
    )


def _consent_card() -> rx.Component:
    summary = ImportState.summary
    nothing = summary["accepted"].to(int) + summary["cancelled_rows"].to(int) == 0
    return card(
        rx.cond(ImportState.contract == "orders", _remarks(summary)),
        rx.el.label(
            rx.el.input(type="checkbox", checked=ImportState.overwrite, on_change=ImportState.toggle_overwrite),
            rx.el.span(
                rx.el.span(t("Overwrite lines that are known with other values")),
                rx.el.span(
                    t(
                        "Without this, a line that is here already keeps what it has, also where its quantity or price "
                        "has changed since or a part of it was refunded."
                    ),
                    class_name="field-hint",
                ),
                style={"display": "flex", "flex_direction": "column"},
            ),
            class_name="check",
        ),
        rx.el.div(
            button(_consent(summary), ImportState.write, icon_name="database", disabled=nothing),
            button("Change something", ImportState.back, kind="secondary"),
            button("Give up", ImportState.give_up, kind="ghost"),
            class_name="form-actions import-consent",
        ),
        title="Nothing has been imported yet",
    )


def _consent(summary: Any) -> rx.Var[str]:
    count = summary["accepted"].to(int) + summary["cancelled_rows"].to(int)
    rows = several(count, "Import 1 row", "Import {count} rows")
    more = t("{rows} · {revenue} · {span}", rows=rows, revenue=revenue(summary), span=span(summary))
    dated = t("{rows} · {span}", rows=rows, span=span(summary))
    return rx.cond((ImportState.contract == "orders") & summary["first"], more, rx.cond(summary["first"], dated, rows))


def _remarks(summary: Any) -> rx.Component:
    told = [
        (summary["returns"], "1 return", "{count} returns"),
        (summary["anonymous"], "1 line without a customer", "{count} lines without a customer"),
        (summary["zero_prices"], "1 line with a price of 0", "{count} lines with a price of 0"),
        (summary["negative_prices"], "1 line with a negative price", "{count} lines with a negative price"),
    ]
    marked = [rx.cond(count.to(int) > 0, rx.el.li(several(count.to(int), one, many))) for count, one, many in told]
    anything = (told[0][0].to(int) + told[1][0].to(int) + told[2][0].to(int) + told[3][0].to(int)) > 0
    return rx.cond(
        anything,
        rx.el.div(
            rx.el.p(t("Worth a look among them:"), class_name="card-subtitle"), rx.el.ul(*marked, class_name="counted")
        ),
    )


def done_card() -> rx.Component:
    """What became of the rows, and where to go next."""
    outcome = ImportState.outcome
    return rx.el.div(
        banner("success", t("{file} is imported.", file=ImportState.file["name"].to(str))),
        _cancelled(ImportState.summary, done=True),
        rx.cond(outcome["kept"].to(int) > 0, banner("warning", _kept(outcome))),
        rx.el.section(
            rx.cond(
                (outcome["known"].to(int) > 0) & (outcome["known"] == outcome["read"]),
                rx.el.p(t("Every one of these rows was here already, so nothing has changed.")),
            ),
            rx.el.p(_sum(outcome), class_name="import-sum"),
            rx.el.dl(
                _became("Added", outcome["added"], strong=True),
                _became("Known already", outcome["known"]),
                _became("Updated", outcome["updated"]),
                _became("Known with other values, kept", outcome["kept"]),
                _became("Refused", outcome["refused"]),
                class_name="import-figures",
            ),
            rx.cond(outcome["refused"].to(int) > 0, rx.el.div(refused_files(ImportState.batch))),
            class_name="card import-headline",
        ),
        card(after_import()),
        rx.el.div(button("Import another file", ImportState.leave, kind="secondary", icon_name="upload")),
        style=STACK,
    )


def _kept(outcome: Any) -> rx.Var[str]:
    return t(
        "{count, plural, one {# row keeps the values that it had} other {# rows keep the values that they had}}, "
        "although the file has others (a quantity, a price or a refund that changed since). To take the file's, "
        "import it again and overwrite known lines.",
        count=number(outcome["kept"]),
    )


def _became(label: str, value: Any, strong: bool = False) -> rx.Component:
    look = "import-figure figure-strong" if strong else "import-figure"
    return rx.el.div(rx.el.dt(t(label)), rx.el.dd(number(value)), class_name=look)


def _sum(outcome: Any) -> rx.Var[str]:
    return t(
        "{rows} read = {added} added + {known} known + {updated} updated + {kept} kept + {refused} refused",
        rows=rows_of(outcome["read"].to(int)),
        **{name: number(outcome[name]) for name in ("added", "known", "updated", "kept", "refused")},
    )
