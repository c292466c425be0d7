"""The form of what alerts are raised by."""

from typing import Any

import reflex as rx

from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.rules import ChurnRulesState
from ml_insights.ui.i18n import Text, relative_time, t
from ml_insights.ui.parts import banner, button, field, text_input
from ml_insights.ui.sheet import sheet

FIGURES = ChurnState.figures
LEAVING = "Days without a purchase that count as leaving"
LEAVING_FROM = "From the next retraining on; left empty, they follow the rhythm of purchases"
SAVED = "Share of leavers that a contact keeps, %"


def rules_sheet() -> rx.Component:
    """Capacity, economics and due days; an empty field goes back to its default."""
    return sheet(
        ChurnRulesState.editing,
        ChurnRulesState.edit,
        "What alerts are raised by",
        "A change counts from the next run on. Leave a field empty to go back to its default.",
        rx.el.form(
            rx.cond(ChurnRulesState.error != "", banner("danger", ChurnRulesState.error)),
            _field("capacity", "Alerts per run, at most", FIGURES["capacity"], "What the team can work", 0, 10_000),
            _field("contact_cost", "Cost of a contact", FIGURES["contact_cost"], "A call, a visit, a discount", 0),
            _field("save_rate", SAVED, _share("save_rate"), "Of those who would have left", 0.1, 100),
            _field("margin_share", "Margin, %", _share("margin_share"), "What is left of a sale", 0.1, 100),
            _field("due_days", "Days until an alert is due", FIGURES["due_days"], "A weekend moves to Monday", 1, 90),
            _field("horizon_days", LEAVING, _leaving_after(), LEAVING_FROM, 7, 365),
            rx.cond(FIGURES["rules_by"] != "", _changed()),
            rx.el.div(
                button("Save", type="submit"),
                button("Cancel", ChurnRulesState.edit(False), kind="secondary"),
                class_name="form-actions",
            ),
            on_submit=ChurnRulesState.save,
            class_name="form",
        ),
    )


def _leaving_after() -> Any:
    own = FIGURES["horizon_days"]
    return rx.cond(own == None, FIGURES["horizon"], own)  # noqa: E711  a comparison in the browser


def _share(name: str) -> Any:
    return (FIGURES[name].to(float) * 1000) / 10


def _field(name: str, label: Text, value: Any, hint: Text, low: float, high: float | None = None) -> rx.Component:
    """What people have set stands in the field, a default behind it."""
    limits = {"min": low} | ({"max": high} if high is not None else {})
    own = rx.cond(FIGURES["chosen"].to(list[str]).contains(name), value.to(str), "")
    control = text_input(type="number", step="any", name=name, default_value=own, placeholder=value.to(str), **limits)
    return field(label, control, hint=hint)


def _changed() -> rx.Component:
    return rx.el.p(
        t("Changed by {person}, {when}", person=FIGURES["rules_by"], when=relative_time(FIGURES["rules_at"])),
        class_name="quiet small",
    )
