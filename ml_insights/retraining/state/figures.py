"""Figures of the monitor as data: what is drawn, from the ledger's weeks. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml_insights.core.i18n import N_
from ml_insights.ledger.facts import Accuracy, Calibration
from ml_insights.retraining.measures import measure
from ml_insights.ui.charts import Figure, said

LEVELS = (("coverage_80", 0.8, "@s1", N_("80% band")), ("coverage_95", 0.95, "@s3", N_("95% band")))


def errors_by_week(weeks: Sequence[Accuracy], metric: str, promised: float | None) -> Figure | None:
    """The error of each week as a line, and the one promised at promotion as a dashed one; None without outcomes."""
    points = [(str(week.week), getattr(week, metric)) for week in weeks if getattr(week, metric) is not None]
    if not points:
        return None
    data = [_line(points, said(measure(metric)[0].label), "@forecast", mode="lines+markers")]
    layout: Figure = {
        "showlegend": True,
        "yaxis": {"rangemode": "tozero", "tickformat": ".2f"},
        "xaxis": _dates(points),
    }
    if promised is not None:
        ends = [(points[0][0], promised), (points[-1][0], promised)]
        data.append(_line(ends, said(N_("Promised on the hold-out")), "@words", dash="dash"))
    return {"data": data, "layout": layout}


def coverage_by_week(weeks: Sequence[Accuracy]) -> Figure | None:
    """The share of actuals inside each band, beside the share that the band promises."""
    data: list[Figure] = []
    for name, promise, colour, label in LEVELS:
        points = [(str(week.week), getattr(week, name)) for week in weeks if getattr(week, name) is not None]
        if points:
            ends = [(points[0][0], promise), (points[-1][0], promise)]
            data.append(_line(points, said(label), colour, mode="lines+markers", shape=".0%"))
            data.append(_line(ends, said(label), colour, dash="dot", shape=".0%") | {"showlegend": False})
    axis = {"range": [0, 1.05], "tickformat": ".0%"}
    return {"data": data, "layout": {"showlegend": True, "yaxis": axis}} if data else None


def calibration(found: Calibration) -> Figure | None:
    """How often it came true, by the probability that was given; None for a model without probabilities."""
    if not found.bins:
        return None
    points = [(bin_.predicted, bin_.observed) for bin_ in found.bins]
    data = [
        _line([(0, 0), (1, 1)], said(N_("Perfectly calibrated")), "@words", dash="dot", shape=".0%"),
        _line(points, said(N_("Came true")), "@forecast", mode="lines+markers", shape=".0%"),
    ]
    axis = {"range": [0, 1], "tickformat": ".0%"}
    return {"data": data, "layout": {"xaxis": axis, "yaxis": axis, "hovermode": "closest"}}


def week_row(week: Accuracy, metric: str) -> dict[str, Any]:
    """One week as the table shows it."""
    return {
        "week": str(week.week),
        "outcomes": week.outcomes - week.closed,
        "error": getattr(week, metric),
        "wape": week.wape,
        "bias": week.bias,
        "skill": week.skill,
        "coverage_80": week.coverage_80,
        "coverage_95": week.coverage_95,
    }


def skill_of(weeks: Sequence[Accuracy]) -> float | None:
    """Mean over the weeks of the error saved against the naive method, weighted by outcomes."""
    known = [(week.skill, week.outcomes) for week in weeks if week.skill is not None]
    total = sum(count for _, count in known)
    return sum(skill * count for skill, count in known) / total if total else None


def _line(
    points: Sequence[tuple[Any, Any]],
    name: Any,
    colour: str,
    *,
    mode: str = "lines",
    dash: str = "",
    shape: str = ".3f",
) -> Figure:
    line = {"color": colour, "width": 1.75} | ({"dash": dash} if dash else {})
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": [x for x, _ in points],
        "y": [y for _, y in points],
        "line": line,
        "marker": {"color": colour, "size": 6},
        "hovertemplate": f"%{{y:{shape}}}",
    }


def _dates(points: Sequence[tuple[str, Any]]) -> Figure:
    """A single week needs no axis of milliseconds."""
    return {"type": "date", "nticks": min(len(points), 8)}
