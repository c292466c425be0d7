"""The form of a table: which one, its columns, how it is read on, and its first rows as they would be read."""

from typing import Any

import reflex as rx

from ml_insights.sources.labels import contract_titles
from ml_insights.sources.page.columns import columns_card, rows_card
from ml_insights.sources.page.look import NOTE, ROW, STACK, several
from ml_insights.sources.page.questions import questions_card, settled_card
from ml_insights.sources.state.far_table import MOST_KEYS, FarTableState
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import banner, button, card, choice, field, text_input

CELLS = {"display": "flex", "flex_direction": "column"}
PAIRS = {"display": "grid", "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 260px), 1fr))", "gap": "16px"}


def table_form() -> rx.Component:
    """Everything about one table, in the order in which it is settled."""
    return rx.el.div(
        _choice_card(),
        rx.cond(
            FarTableState.headers.length() > 0,
            rx.el.div(
                columns_card(FarTableState, t("Columns of {file}", file=FarTableState.table)),
                _roles_card(),
                questions_card(FarTableState, "The rows can be read in more than one way."),
                settled_card(FarTableState, "The rows themselves say so. Change what is wrong."),
                _features_card(),
                _order_card(),
                rows_card(FarTableState, "What the table holds stands below, where it is written in another way."),
                _verdict_card(),
                style=STACK,
            ),
        ),
        style=STACK,
    )


def _choice_card() -> rx.Component:
    listed = rx.el.select(
        rx.el.option("—", value=""),
        rx.foreach(FarTableState.names, lambda name: rx.el.option(name, value=name)),
        value=FarTableState.table,
        on_change=FarTableState.choose_table,
        class_name="input select",
    )
    typed = text_input(
        default_value=FarTableState.table,
        on_blur=FarTableState.choose_table,
        spell_check=False,
        placeholder=rx.Var.create("orders"),
    )
    return card(
        rx.el.div(
            rx.el.div(
                field(
                    "What are its rows?",
                    choice(list(contract_titles().items()), FarTableState.contract, FarTableState.choose_contract),
                ),
                rx.cond(
                    FarTableState.names.length() > 0,
                    field("Table", listed),
                    field(
                        "Table",
                        typed,
                        hint="With this key the project does not list its tables, so type the name of one.",
                    ),
                ),
                style=PAIRS,
            ),
            rx.cond(FarTableState.loading, rx.el.p(t("Looking at the project…"), style=NOTE)),
            rx.cond(FarTableState.problem != "", banner("danger", FarTableState.problem)),
            style=STACK,
        ),
        title="Choose a table",
        actions=button("Cancel", FarTableState.close, kind="secondary"),
    )


def _headers() -> Any:
    return rx.foreach(FarTableState.headers, lambda header: rx.el.option(header, value=header))


def _roles_card() -> rx.Component:
    """Which columns say of an order whether it counts, and in which currency it is."""
    none = t("— none: every amount is in {currency} —", currency=FarTableState.own)
    content = card(
        rx.el.div(
            _role("Column with the state", "state", FarTableState.state, t("— none: every row counts —")),
            _role("Column with the currency", "currency", FarTableState.currency, none),
            style=PAIRS,
        ),
        title="Which rows count",
        subtitle="Rows in a state that is not named here are refused, so that none is counted by mistake.",
    )
    return rx.cond(FarTableState.contract == "orders", content)


def _role(label: str, role: str, header: Any, none: Any) -> rx.Component:
    select = rx.el.select(
        rx.el.option(none, value=""),
        _headers(),
        value=header,
        on_change=lambda column: FarTableState.choose_role(role, column),
        class_name="input select",
    )
    return field(label, select)


def _features_card() -> rx.Component:
    def one(name: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=FarTableState.features.contains(name),
                on_change=lambda _: FarTableState.toggle_feature(name),
            ),
            rx.el.code(name),
            class_name="check",
        )

    return rx.cond(
        FarTableState.others.length() > 0,
        card(
            rx.el.div(rx.foreach(FarTableState.others, one), style=PAIRS),
            title="Further columns to keep",
            subtitle="They may tell what a trip costs. Leave out numbers of rows, notes and the like.",
        ),
    )


def _order_card() -> rx.Component:
    def key(place: int) -> rx.Component:
        first = place == 0
        return rx.cond(
            FarTableState.keys.length() >= place,
            rx.el.select(
                rx.el.option("—" if first else t("— and no other —"), value=""),
                _headers(),
                value=rx.cond(FarTableState.keys.length() > place, FarTableState.keys[place], ""),
                on_change=lambda column: FarTableState.choose_key(place, column),
                class_name="input select",
                aria_label=t("Key, column {place}", place=place + 1),
            ),
        )

    cursor = rx.el.select(
        rx.el.option(t("— none: the whole table is read each time —"), value=""),
        _headers(),
        value=FarTableState.cursor,
        on_change=FarTableState.choose_cursor,
        class_name="input select",
    )
    return card(
        rx.el.div(
            rx.el.div(
                rx.el.span(t("Key"), class_name="field-label"),
                rx.el.div(*[key(place) for place in range(MOST_KEYS)], style=ROW),
                rx.el.span(
                    t("The column, or several together, that tells every row from all others; pages go by it."),
                    class_name="field-hint",
                ),
                rx.cond(
                    FarTableState.repeated,
                    rx.el.span(
                        t("Some of the first rows have the same key, or none. Choose another column or add one."),
                        class_name="field-error",
                        role="alert",
                    ),
                ),
                class_name="field",
                role="group",
                aria_label=t("Key"),
            ),
            field(
                "Changed at",
                cursor,
                hint="A column that grows whenever a row is added or changed, such as updated_at: only such rows are "
                "then read again.",
            ),
            _mirror(),
            style=PAIRS,
        ),
        title="How it is read on",
    )


def _mirror() -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", checked=FarTableState.mirror, on_change=FarTableState.toggle_mirror),
        rx.el.span(
            rx.el.span(t("Rows that are deleted there go here too")),
            rx.el.span(
                t("Looked for once a day. If more than one in five would go, you are asked first."),
                class_name="field-hint",
            ),
            style=CELLS,
        ),
        class_name="check",
    )


def _verdict_card() -> rx.Component:
    return card(
        rx.el.div(
            _verdict(),
            rx.el.div(
                button("Read this table", FarTableState.save, icon_name="database", disabled=~FarTableState.ready),
                button("Cancel", FarTableState.close, kind="secondary"),
                style=ROW,
            ),
            style=STACK,
        ),
        title="What comes of it",
    )


def _verdict() -> rx.Component:
    good = t(
        "{rows, plural, one {The first row} other {The first # rows}} can be read.", rows=number(FarTableState.tried)
    )
    bad = t(
        "{refused, plural, one {# row} other {# rows}} of the first {rows} would be refused:",
        refused=number(FarTableState.refused),
        rows=number(FarTableState.tried),
    )
    missing = t("Still to be chosen: {columns}", columns=FarTableState.missing.join(", "))
    count = FarTableState.open_questions
    return rx.fragment(
        rx.cond(FarTableState.missing.length() > 0, banner("warning", missing)),
        rx.cond(
            count > 0,
            banner("warning", several(count, "One question is still open.", "{count} questions are still open.")),
        ),
        rx.cond(
            FarTableState.tried > 0,
            rx.cond(
                FarTableState.refused > 0,
                banner("warning", bad, rx.el.ul(rx.foreach(FarTableState.examples, rx.el.li))),
                banner("success", good),
            ),
        ),
    )
