"""The demand page's charts as figures: history and forecast by days, weeks or months, and the weekdays."""

from __future__ import annotations

from datetime import date, timedelta

from ml_insights.core.i18n import N_
from ml_insights.demand.facts import DemandView, Grain
from ml_insights.demand.periods import Period, periods
from ml_insights.demand.policy import DAY, WEEKDAYS, Ahead, axis_top
from ml_insights.demand.tables import Measure
from ml_insights.ui.charts import Figure, bar_chart, capped, said, series_chart

UNITS = {
    (Measure.UNITS, Grain.DAY): N_("Units per day"),
    (Measure.UNITS, Grain.WEEK): N_("Units per week"),
    (Measure.UNITS, Grain.MONTH): N_("Units per month"),
    (Measure.REVENUE, Grain.DAY): N_("Revenue per day"),
    (Measure.REVENUE, Grain.WEEK): N_("Revenue per week"),
    (Measure.REVENUE, Grain.MONTH): N_("Revenue per month"),
}


def in_sight(view: DemandView, ahead: Ahead, span: int, grain: Grain) -> list[Period]:
    """What the chart shows: the last `span` days of history (0 = all) and the coming ones, by `grain`."""
    detail = view.detail
    since = detail.days[-1] - timedelta(days=span - 1) if span and detail.days else None
    days = ahead.steps(detail.forecast[0].ds - DAY) if detail.forecast else 0
    return periods(detail, days, grain, since)


def main_figure(
    view: DemandView, ahead: Ahead, span: int, grain: Grain, left_out: frozenset[date] = frozenset()
) -> Figure:
    """History, the forecast with both bands, and the unusual days among them, on an axis that no slip stretches."""
    found = in_sight(view, ahead, span, grain)
    shown = [one for one in found if one.whole]
    past, coming = [one for one in shown if not one.ahead], [one for one in shown if one.ahead]
    since = found[0].first if found else date.min
    daily = [one for one in past if grain is Grain.DAY]
    gone = [(one.first.isoformat(), one.value) for one in daily if one.first in left_out]
    odd = [(one.ds, one.value) for one in view.anomalies if daily and one.ds >= since and one.ds not in left_out]
    figure = series_chart(
        [(one.first.isoformat(), one.value) for one in past],
        [_ahead(one) for one in coming],
        [(day.isoformat(), value) for day, value in odd],
        unfinished=[(one.first.isoformat(), one.value, _part(one)) for one in found if not one.whole],
        unit=UNITS[view.detail.ref.measure, grain],
    )
    figure["data"] += [_left_out(gone)] if gone else []
    top = axis_top([one.value for one in shown], [one.hi_95 for one in coming if one.hi_95 is not None])
    return figure if top is None else capped(figure, top)


def _ahead(found: Period) -> Figure:
    return {
        "ds": found.first.isoformat(),
        "median": _short(found.value),
        "low_80": _short(found.lo_80),
        "high_80": _short(found.hi_80),
        "low_95": _short(found.lo_95),
        "high_95": _short(found.hi_95),
    }


def _left_out(days: list[tuple[str, float]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said("Left out"),
        "legendrank": 6,
        "x": [day for day, _ in days],
        "y": [value for _, value in days],
        "marker": {"color": "@muted", "size": 8, "symbol": "x-thin", "line": {"width": 2, "color": "@words"}},
        "hovertemplate": "%{y:number}",
    }


def _part(found: Period) -> str:
    return f"{found.past + found.ahead}/{found.days}"


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def weekday_figure(view: DemandView) -> Figure:
    """Percent above or below an average day, Monday to Sunday."""
    effects = sorted(view.detail.effects.get("weekday", []), key=lambda row: row["weekday"])
    if not effects:
        return {}
    figure = bar_chart([said(WEEKDAYS[int(row["weekday"])]) for row in effects], [row["effect"] for row in effects])
    bars = figure["data"][0]
    bars["error_y"] = {
        "type": "data",
        "symmetric": False,
        "array": [_short(row["hi"] - row["effect"]) for row in effects],
        "arrayminus": [_short(row["effect"] - row["lo"]) for row in effects],
        "color": "@words",
        "thickness": 1,
        "width": 3,
    }
    bars["hovertemplate"] = "%{x}: %{y:+.0f} %<extra></extra>"
    figure["layout"]["yaxis"] = {"tickformat": "+d", "ticksuffix": " %", "zeroline": True, "zerolinecolor": "@axis"}
    return figure
