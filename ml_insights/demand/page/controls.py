"""What the reader chooses: series, measure, horizon, how much history; and the computation's progress."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from ml_insights.demand.periods import GRAINS
from ml_insights.demand.policy import HIGHEST_DAYS
from ml_insights.demand.state.address import FEWEST_DAYS, MONTHS, PRESETS
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.picker import SeriesSearchState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.series import DemandState
from ml_insights.demand.tables import Measure
from ml_insights.ui.i18n import t
from ml_insights.ui.parts import card, text_input
from ml_insights.ui.picker import picker

REST = (PointsState.follow, SeriesListState.load)
"""What else follows the choice."""
ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "16px", "align_items": "flex-end"}
GROUP = {"display": "flex", "flex_direction": "column", "gap": "4px", "min_width": "0"}
INLINE = {"display": "flex", "gap": "8px", "align_items": "center", "flex_wrap": "wrap"}


def segments(label: str, options: Sequence[tuple[Any, Any]], value: Any, on_choose: Any) -> rx.Component:
    """A few choices beside each other, one of them pressed. options: (value, label)."""
    buttons = [
        rx.el.button(
            text,
            type="button",
            class_name="segment",
            on_click=on_choose(key),
            custom_attrs={"aria-pressed": rx.cond(value == key, "true", "false")},
        )
        for key, text in options
    ]
    return rx.el.div(*buttons, class_name="segments", role="group", aria_label=t(label))


def controls() -> rx.Component:
    """Series, measure and horizon in one row that folds on a phone."""
    return card(rx.el.div(_series(), _measure(), _grain(), _horizon(), style=ROW))


def _group(label: str, *content: rx.Component, **style: Any) -> rx.Component:
    return rx.el.div(rx.el.span(t(label), class_name="field-label"), *content, style={**GROUP, **style})


def _series() -> rx.Component:
    chooser = picker(
        "Series",
        SeriesSearchState.options,
        DemandState.series,
        _chosen,
        on_search=SeriesSearchState.search,
        shown=DemandState.label,
        total=SeriesSearchState.total,
    )
    return _group("Product, category or total", chooser, flex="1 1 260px", max_width="440px")


def _measure() -> rx.Component:
    options = [(Measure.UNITS.value, t("Units")), (Measure.REVENUE.value, t("Revenue"))]
    return _group("Measure", segments("Measure", options, DemandState.measure, _measured))


def _chosen(series: Any) -> list[Any]:
    return [DemandState.choose_series(series), PointsState.follow]


def _measured(measure: str) -> list[Any]:
    return [DemandState.choose_measure(measure), *REST]


def _grain() -> rx.Component:
    options = [(grain.value, t(name)) for grain, name in GRAINS.items()]
    return _group("By", segments("Added up by", options, DemandState.grain, _added_up))


def _added_up(grain: str) -> list[Any]:
    return [DemandState.choose_grain(grain), *REST]


def _horizon() -> rx.Component:
    daily = DemandState.months == 0
    presets = rx.el.div(
        *[_choice(t("{days} days", days=days), _ahead(days), (DemandState.days == days) & daily) for days in PRESETS],
        _choice(
            t("{months} months", months=MONTHS),
            [DemandState.choose_months, *REST],
            ~daily,
        ),
        class_name="segments",
        role="group",
        aria_label=t("How far ahead"),
    )
    box = text_input(
        type="number",
        min=FEWEST_DAYS,
        max=HIGHEST_DAYS,
        default_value=DemandState.days.to_string(),
        key=DemandState.days.to_string(),
        on_blur=[DemandState.choose_days, *REST],
        aria_label="Days ahead, 7 to 180",
        style={"width": "72px"},
    )
    return _group("How far ahead", rx.el.div(presets, box, style=INLINE))


def _ahead(days: int) -> list[Any]:
    return [DemandState.choose_days(days), *REST]


def _choice(text: Any, on_choose: Any, pressed: Any) -> rx.Component:
    return rx.el.button(
        text,
        type="button",
        class_name="segment",
        on_click=on_choose,
        custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false")},
    )
