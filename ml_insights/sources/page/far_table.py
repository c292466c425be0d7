"""The form of a table: which one, its columns, how it is read on, and its first rows as they would be read."""

from typing import Any

import reflex as rx

from ml_insights.sources.labels import contract_titles
from ml_insights.sources.page.look import NOTE, ROW, STACK
from ml_insights.sources.state.far_table import MOST_KEYS, FarTableState
from ml_insights.ui.i18n import number, t
from ml_insights.ui.parts import badge, banner, button, card, choice, field, icon, text_input

CELLS = {"display": "flex", "flex_direction": "column"}
PAIRS = {"display": "grid", "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 260px), 1fr))", "gap": "16px"}
MEANINGS = [("", "— choose —"), ("sale", "Counts as a sale"), ("return", "Was given back"), ("out", "Leave out")]


def table_form() -> rx.Component:
    """Everything about one table, in the order in which it is settled."""
    return rx.el.div(
        _choice_card(),
        rx.cond(
            FarTableState.headers.length() > 0,
            rx.el.div(_columns_card(), _states_card(), _features_card(), _order_card(), _rows_card(), style=STACK),
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


def _columns_card() -> rx.Component:
    return card(
        rx.el.div(rx.foreach(FarTableState.columns, _column), style=PAIRS),
        title=t("Columns of {file}", file=FarTableState.table),
        subtitle="Proposed from the names; change what is wrong.",
    )


def _column(column: Any) -> rx.Component:
    select = rx.el.select(
        rx.el.option(t("— none —"), value=""),
        _headers(),
        value=column["header"],
        on_change=lambda header: FarTableState.choose_header(column["name"], header),
        class_name="input select",
    )
    needed = rx.cond((column["required"] == "yes") & (column["header"] == ""), badge("needed", "amber"))
    return rx.el.label(
        rx.el.span(rx.el.strong(column["title"]), " ", needed),
        select,
        rx.el.span(column["description"], class_name="field-hint"),
        class_name="field",
    )


def _headers() -> Any:
    return rx.foreach(FarTableState.headers, lambda header: rx.el.option(header, value=header))


def _states_card() -> rx.Component:
    several = t(
        "The first rows name several currencies under “{column}”. They are added up as if they were one; name what "
        "each is worth in the file of the mapping, or read a view that holds one currency.",
        column=FarTableState.currency,
    )
    unused = t(
        "“{column}” looks like the state of an order and is not used: cancelled and unpaid orders would count as "
        "sales.",
        column=FarTableState.unused_state,
    )
    state = rx.el.select(
        rx.el.option(t("— none: every row counts —"), value=""),
        _headers(),
        value=FarTableState.state,
        on_change=FarTableState.choose_state,
        class_name="input select",
    )
    content = card(
        rx.el.div(
            rx.cond(
                FarTableState.unused_state != "",
                banner(
                    "warning",
                    unused,
                    " ",
                    button(
                        "Say what its states mean",
                        FarTableState.choose_state(FarTableState.unused_state),
                        kind="secondary",
                    ),
                ),
            ),
            rx.cond(FarTableState.currency != "", banner("warning", several)),
            field("Column with the state", state),
            rx.el.div(rx.foreach(FarTableState.states, _state), style=PAIRS),
            style=STACK,
        ),
        title="Which rows count",
        subtitle="Rows in a state that is not named here are refused, so that none is counted by mistake.",
    )
    return rx.cond(FarTableState.contract == "orders", content)


def _state(state: Any) -> rx.Component:
    value = rx.cond(state["value"] == "", t("(empty)"), state["value"].to(str))
    rows = t("rows among the first ones: {rows}", rows=number(state["rows"]))
    return rx.el.label(
        rx.el.span(rx.el.strong(value), " ", rx.el.span(rows, style=NOTE)),
        choice(MEANINGS, state["meaning"], lambda meaning: FarTableState.mean(state["value"].to(str), meaning)),
        class_name="field",
    )


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


def _rows_card() -> rx.Component:
    head = rx.el.tr(rx.foreach(FarTableState.fed, lambda title: rx.el.th(title, scope="col")))
    table = rx.el.div(
        rx.el.table(
            rx.el.caption(t("First rows, as they are read"), class_name="sr-only"),
            rx.el.thead(head),
            rx.el.tbody(rx.foreach(FarTableState.rows, _row)),
            class_name="table",
        ),
        class_name="table-scroll",
        tab_index=0,
        role="region",
        aria_label=t("First rows, as they are read"),
    )
    return card(
        rx.el.div(
            rx.cond(FarTableState.rows.length() > 0, table),
            _verdict(),
            rx.el.div(
                button("Read this table", FarTableState.save, icon_name="database", disabled=~FarTableState.ready),
                button("Cancel", FarTableState.close, kind="secondary"),
                style=ROW,
            ),
            style=STACK,
        ),
        title="First rows, as they are read",
        subtitle="What the table holds stands below, where it is written in another way.",
    )


def _row(row: Any) -> rx.Component:
    def cell(one: Any) -> rx.Component:
        both = rx.el.div(
            rx.el.span(one["read"].to(str)), rx.el.span(one["raw"].to(str), class_name="quiet small"), style=CELLS
        )
        return rx.el.td(
            rx.cond((one["read"] != "") & (one["read"] != one["raw"]), both, rx.el.span(one["raw"].to(str)))
        )

    refused = rx.cond(row["why"] != "", rx.el.td(icon("octagon-alert", 14), " ", row["why"].to(str)))
    return rx.el.tr(rx.foreach(row["cells"].to(list[dict[str, str]]), cell), refused)


def _verdict() -> rx.Component:
    good = t("The first {rows} rows can be read.", rows=number(FarTableState.tried))
    bad = t(
        "{refused} of the first {rows} rows would be refused:",
        refused=number(FarTableState.refused),
        rows=number(FarTableState.tried),
    )
    missing = t("Still to be chosen: {columns}", columns=FarTableState.missing.join(", "))
    return rx.fragment(
        rx.cond(FarTableState.missing.length() > 0, banner("warning", missing)),
        rx.foreach(FarTableState.questions, _question),
        rx.cond(
            FarTableState.tried > 0,
            rx.cond(
                FarTableState.refused > 0,
                banner("warning", bad, rx.el.ul(rx.foreach(FarTableState.examples, rx.el.li))),
                banner("success", good),
            ),
        ),
    )


def _question(question: Any) -> rx.Component:
    """How texts are to be read that could be read in two ways."""
    answers = rx.foreach(
        question["answers"].to(list[dict[str, str]]),
        lambda one: button(
            one["label"], FarTableState.answer(question["name"].to(str), one["value"]), kind="secondary"
        ),
    )
    return banner("warning", question["text"].to(str), " ", rx.el.div(answers, style=ROW))
