"""The slider that tells what a price would bring."""

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from ml_insights.ui import i18n
from ml_insights.ui.i18n import t


class WhatIf(rx.Component):
    """The browser's side, `assets/js/what_if.js`."""

    library = "$/public/js/what_if.js"
    tag = "WhatIf"

    product: rx.Var[dict]
    words: rx.Var[dict]
    language: rx.Var[str]
    on_choose: EventHandler[passthrough_event_spec(float)]


def what_if(product: Any, on_choose: Any) -> rx.Component:
    """`product` is a Var of `state.rows.what_if`; `on_choose(price)` is called when the slider rests."""
    return WhatIf.create(
        product=product,
        words=_words(),
        language=i18n.language(),
        on_choose=on_choose,
    )


def _words() -> rx.Var[dict]:
    texts = {
        "price": t("What if the price were"),
        "present": t("against the present price"),
        "measure": t("What the curve shows"),
        "profit": t("Profit"),
        "revenue": t("Revenue"),
        "quantity": t("Units"),
        "week": t("a week, with its 80 % band"),
        "present_price": t("Present"),
        "suggested_price": t("Suggested"),
        "floor_price": t("Floor"),
        "ceiling_price": t("Ceiling"),
        "least_price": t("Least margin"),
        "outside": t("This price is outside of what is allowed for this product."),
    }
    return rx.Var.create(texts)
