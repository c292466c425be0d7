"""One of many (series, products, customers), found by typing part of its name."""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from ml_insights.ui.frame import CMDK
from ml_insights.ui.i18n import Text, t, words


class Picker(rx.Component):
    """The browser's side, `assets/js/picker.js`."""

    library = "$/public/js/picker.js"
    tag = "Picker"
    lib_dependencies: list[str] = [CMDK]  # noqa: RUF012

    label: rx.Var[str]
    value: rx.Var[str]
    options: rx.Var[list[dict[str, Any]]]
    placeholder: rx.Var[str]
    nothing: rx.Var[str]
    more: rx.Var[str]
    shown: rx.Var[str]
    total: rx.Var[int]
    on_change: EventHandler[passthrough_event_spec(str)]
    on_search: EventHandler[passthrough_event_spec(str)]


def picker(
    label: Text,
    options: Any,
    value: Any,
    on_change: Any,
    *,
    on_search: Any = None,
    shown: Any = None,
    total: Any = None,
) -> rx.Component:
    """`options`: a Var of {"value", "label", "hint", "group"} dicts (the last two optional); a few thousand are fine.

    `on_change(value)` is called when the reader has chosen another one. Where there are too many to send,
    `on_search(text)` puts those that match into `options` (first with an empty text, when the list opens), `total`
    says how many there are, and `shown` names the present choice.
    """
    served = {} if on_search is None else {"on_search": on_search, "shown": shown, "total": total}
    return Picker.create(
        label=words(label),
        options=options,
        value=value,
        on_change=on_change,
        placeholder=t("Search…"),
        nothing=t("Nothing has that name."),
        more=t("more: type to narrow down"),
        **served,
    )
