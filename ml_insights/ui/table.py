"""A table whose sorting, filtering and paging happen on the server; on a phone each row becomes a card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from ml_insights.ui import i18n
from ml_insights.ui.exporting import export_choice
from ml_insights.ui.i18n import t, words
from ml_insights.ui.parts import button, empty_state, icon, loading

ColumnKind = Literal["text", "number", "money", "percent", "date", "datetime", "ago"]
NUMERIC = ("number", "money", "percent")


@dataclass(frozen=True)
class Column:
    """One column. `render` (row Var → component) replaces the plain formatting of `kind`."""

    key: str
    label: str
    kind: ColumnKind = "text"
    digits: int = 0
    sortable: bool = True
    render: Callable[[Any], Any] | None = None
    hide_on_phone: bool = False

    def cell(self, row: Any) -> Any:
        """What the cell of `row` shows."""
        if self.render is not None:
            return self.render(row)
        value = row[self.key]
        formats: dict[str, Callable[[Any], Any]] = {
            "number": lambda v: i18n.number(v, self.digits),
            "money": i18n.money,
            "percent": lambda v: i18n.percent(v, self.digits),
            "date": i18n.date,
            "datetime": i18n.datetime,
            "ago": i18n.relative_time,
        }
        return formats.get(self.kind, lambda v: v)(value)


def data_table(
    columns: Sequence[Column],
    rows: Any,
    *,
    caption: str,
    total: Any = None,
    page: Any = None,
    page_size: Any = 25,
    on_page: Any = None,
    sort: Any = None,
    descending: Any = None,
    on_sort: Any = None,
    search: Any = None,
    on_search: Any = None,
    on_export: Any = None,
    filters: Sequence[rx.Component] = (),
    is_loading: Any = None,
    empty: rx.Component | None = None,
) -> rx.Component:
    """Rows of dicts (a Var) under `columns`.

    `caption` names the table for screen readers. `on_sort(key)`, `on_page(number from 1)` and `on_search(text)` are
    event handlers; `sort`, `descending`, `page`, `total` are the Vars that they set. `on_export` is that of
    `ui.exporting.export_choice`. What has no handler is not drawn.
    """
    nothing = empty or empty_state("search-x", "No rows", "Nothing matches. Change the search or the filters.")
    body = rx.cond(rows.length() > 0, _scroller(columns, rows, caption, sort, descending, on_sort), nothing)
    shown = rx.cond(is_loading, loading("table"), body) if is_loading is not None else body
    return rx.el.div(
        *_toolbar(caption, search, on_search, filters, on_export),
        shown,
        *([_pager(page, page_size, total, on_page)] if on_page is not None else []),
        class_name="table-frame",
    )


def _toolbar(
    caption: str, search: Any, on_search: Any, filters: Sequence[rx.Component], on_export: Any
) -> list[rx.Component]:
    parts: list[rx.Component] = []
    if on_search is not None:
        box = rx.debounce_input(
            rx.el.input(
                value=search, on_change=on_search, type="search", class_name="input search", placeholder=t("Search…"),
                aria_label=t("Search in {table}", table=words(caption)),
            ),
            debounce_timeout=250,
        )  # fmt: skip
        parts.append(box)
    parts.extend(filters)
    if on_export is not None:
        parts.append(rx.el.div(class_name="spring"))
        parts.append(export_choice(on_export))
    return [rx.el.div(*parts, class_name="table-tools")] if parts else []


def _scroller(
    columns: Sequence[Column], rows: Any, caption: str, sort: Any, descending: Any, on_sort: Any
) -> rx.Component:
    return rx.el.div(
        rx.el.table(
            rx.el.caption(words(caption), class_name="sr-only"),
            rx.el.thead(rx.el.tr(*[_head(column, sort, descending, on_sort) for column in columns])),
            rx.el.tbody(rx.foreach(rows, lambda row: rx.el.tr(*[_cell(column, row) for column in columns]))),
            class_name="table",
        ),
        class_name="table-scroll",
        tab_index=0,
        role="region",
        aria_label=words(caption),
    )


def _classes(column: Column) -> str:
    names = ["numeric"] if column.kind in NUMERIC else []
    return " ".join([*names, *(["off-phone"] if column.hide_on_phone else [])])


def _head(column: Column, sort: Any, descending: Any, on_sort: Any) -> rx.Component:
    if on_sort is None or not column.sortable:
        return rx.el.th(words(column.label), scope="col", class_name=_classes(column))
    active = sort == column.key
    arrow = rx.cond(
        active, rx.cond(descending, icon("arrow-down", 13), icon("arrow-up", 13)), icon("chevrons-up-down", 13)
    )
    order = rx.cond(active, rx.cond(descending, "descending", "ascending"), "none")
    return rx.el.th(
        rx.el.button(words(column.label), arrow, on_click=on_sort(column.key), type="button", class_name="sorter"),
        scope="col",
        class_name=_classes(column),
        custom_attrs={"aria-sort": order},
    )


def _cell(column: Column, row: Any) -> rx.Component:
    return rx.el.td(column.cell(row), class_name=_classes(column), custom_attrs={"data-label": words(column.label)})


def _pager(page: Any, page_size: Any, total: Any, on_page: Any) -> rx.Component:
    size = page_size if isinstance(page_size, rx.Var) else rx.Var.create(page_size)
    first = rx.cond(total > 0, (page - 1) * size + 1, 0)
    last = rx.cond(page * size < total, page * size, total)
    summary = t("{first}–{last} of {total}", first=i18n.number(first), last=i18n.number(last), total=i18n.number(total))
    back = button("Previous", on_page(page - 1), kind="secondary", icon_name="chevron-left", disabled=page <= 1)
    forth = button("Next", on_page(page + 1), kind="secondary", icon_name="chevron-right", disabled=last >= total)
    return rx.el.nav(
        rx.el.span(summary, class_name="pager-summary", role="status"), rx.el.div(class_name="spring"), back, forth,
        class_name="pager", aria_label=t("Pages of the table"),
    )  # fmt: skip
