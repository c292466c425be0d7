"""Facts as the plain dicts that the page shows; words are in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ml_insights.core.company import company
from ml_insights.core.i18n import N_, gettext
from ml_insights.logistics.facts import (
    EstimateFact,
    HistoryRow,
    InputFact,
    OrderedStops,
    ReasonFact,
    ReleaseFact,
    VehicleOffer,
)
from ml_insights.logistics.wording import REST, name_of, sentence, value_of, warnings_of
from ml_insights.ui.charts import Figure, said

Row = dict[str, Any]
SHOWN_REASONS = 6
TYPICAL, TOTAL = N_("A typical route"), N_("This route")
RANGE = N_("{low} to {high} so far, usually {usual}")
DOTS = 600
WEEKEND = 5
"""Saturday; Monday is 0."""


def input_rows(release: ReleaseFact, language: str) -> list[Row]:
    """The fields of the form."""
    return [_input(one, language) for one in release.inputs]


def _input(one: InputFact, language: str) -> Row:
    hint = ""
    if one.kind == "number":
        figures = {"low": one.low, "high": one.high, "usual": one.usual}
        hint = gettext(RANGE, language, **{name: value_of("", value, language) for name, value in figures.items()})
    choices = [{"value": choice, "label": choice} for choice in one.choices]
    return {"name": one.name, "label": name_of(one.name, language), "kind": one.kind, "hint": hint, "choices": choices}


def estimate_row(told: EstimateFact, language: str) -> Row:
    """The headline figures."""
    return {
        "expected": told.expected,
        "lo_80": told.lo_80,
        "hi_80": told.hi_80,
        "lo_95": told.lo_95,
        "hi_95": told.hi_95,
        "baseline": told.baseline,
        "against_rule": told.expected / told.baseline - 1 if told.baseline else None,
        "per_km": told.per_km,
        "per_kg": told.per_kg,
        "vehicle": told.route.vehicle_type or "",
        "departs_at": told.route.departs_at.isoformat(),
        "warnings": warnings_of(told, language),
    }


def waterfall(told: EstimateFact, language: str) -> list[Row]:
    """From a typical route to this one, a bar for each reason: where it begins and how wide it is, in percent."""
    shown, rest = told.reasons[:SHOWN_REASONS], told.reasons[SHOWN_REASONS:]
    steps = [ReasonFact("", None, None, sum(one.effect for one in rest))] if rest else []
    edges = [0.0, told.typical, told.expected]
    reached = told.typical
    for one in (*shown, *steps):
        reached += one.effect
        edges.append(reached)
    low, span = min(edges), (max(edges) - min(edges)) or 1.0
    rows = [_bar("total", gettext(TYPICAL, language), "", told.typical, 0.0, told.typical, low, span)]
    reached = told.typical
    for one in (*shown, *steps):
        label = name_of(one.feature, language) if one.feature else gettext(REST, language)
        text = sentence(one, language) if one.feature else ""
        value = value_of(one.feature, one.value, language) if one.feature else ""
        kind = "more" if one.effect >= 0 else "less"
        row = _bar(kind, label, text, one.effect, reached, reached + one.effect, low, span)
        rows.append(row | {"value": value})
        reached += one.effect
    rows.append(_bar("total", gettext(TOTAL, language), "", told.expected, 0.0, told.expected, low, span))
    return rows


def _bar(kind: str, label: str, text: str, amount: float, start: float, end: float, low: float, span: float) -> Row:
    left, width = (min(start, end) - low) / span * 100, abs(end - start) / span * 100
    return {
        "kind": kind,
        "label": label,
        "text": text,
        "value": "",
        "amount": amount,
        "left": f"{left:.2f}%",
        "width": f"{max(width, 0.4):.2f}%",
    }


def vehicle_rows(offers: Sequence[VehicleOffer]) -> list[Row]:
    """The same route by vehicle; `above` is how much dearer than the cheapest, as a share."""
    best = next((offer.estimate.expected for offer in offers if offer.cheapest), None)
    widest = max((offer.estimate.hi_80 for offer in offers), default=1.0) or 1.0
    return [_vehicle(offer, best, widest) for offer in offers]


def _vehicle(offer: VehicleOffer, best: float | None, widest: float) -> Row:
    told = offer.estimate
    return {
        "name": offer.vehicle.name,
        "expected": told.expected,
        "lo_80": told.lo_80,
        "hi_80": told.hi_80,
        "per_km": told.per_km,
        "heaviest": offer.vehicle.heaviest_kg,
        "fits": offer.fits,
        "cheapest": offer.cheapest,
        "above": told.expected / best - 1 if best and offer.fits else None,
        "left": f"{told.lo_80 / widest * 100:.1f}%",
        "width": f"{(told.hi_80 - told.lo_80) / widest * 100:.1f}%",
        "middle": f"{told.expected / widest * 100:.1f}%",
    }


def history_row(row: HistoryRow) -> Row:
    """One row of the table."""
    actual, inside = row.actual, None
    if actual is not None:
        inside = row.lo_80 <= actual <= row.hi_80
    told = asdict(row) | {"departs_at": row.departs_at.isoformat(), "error": row.error, "inside": inside}
    share = row.error / actual if row.error is not None and actual else None
    return told | {
        "share": share,
        "accepted": row.accepted_at is not None,
        "accepted_at": "",
        "vehicle_type": row.vehicle_type or "",
        "by": row.made_by.partition("@")[0],
    }


def history_figure(found: Sequence[HistoryRow]) -> Figure:
    """Estimate against actual cost, a dot per route; on the line, the estimate was exact."""
    driven = [row for row in found if row.actual is not None][:DOTS]
    if not driven:
        return {}
    highest = max(max(row.expected, row.actual or 0.0) for row in driven) * 1.04
    traces = [_line(highest)]
    for name, inside, colour in ((N_("Inside the 80 % interval"), True, "@s1"), (N_("Outside"), False, "@s2")):
        chosen = [row for row in driven if (row.lo_80 <= (row.actual or 0.0) <= row.hi_80) == inside]
        traces.append(_dots(chosen, said(name), colour))
    axes = {
        "xaxis": {
            "title": {"text": said(N_("Estimate"))},
            "format": "money",
            "rangemode": "tozero",
            "showgrid": True,
        },
        "yaxis": {"title": {"text": said(N_("Actual cost"))}, "format": "money"},
    }
    return {"data": traces, "layout": {"showlegend": True, "hovermode": "closest", **axes}}


def _line(highest: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": said(N_("Exact")),
        "x": [0, highest],
        "y": [0, highest],
        "line": {"color": "@words", "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _dots(rows: Sequence[HistoryRow], name: dict[str, str], colour: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [round(row.expected) for row in rows],
        "y": [round(row.actual or 0.0) for row in rows],
        "text": [row.route_id for row in rows],
        "marker": {"color": colour, "size": 6, "opacity": 0.65, "symbol": "circle" if colour == "@s1" else "diamond"},
        "hovertemplate": "%{text}: %{x:money} → %{y:money}<extra></extra>",
    }


def stops_figure(found: OrderedStops) -> Figure:
    """Both orders on the plane, north up; the numbers are the places in the new order."""
    new = [found.points[place] for place in found.order]
    given = found.routed
    middle = sum(lat for lat, _ in given) / len(given)
    layout = {
        "showlegend": True,
        "hovermode": "closest",
        "xaxis": {"showticklabels": False, "ticks": "", "showline": False, "showgrid": False, "title": {"text": ""}},
        "yaxis": {
            "showticklabels": False,
            "ticks": "",
            "rangemode": "normal",
            "showgrid": False,
            "scaleanchor": "x",
            "scaleratio": round(1 / max(_cosine(middle), 0.05), 4),
        },
    }
    traces = [
        _way([*given, given[0]], N_("As given"), "@muted", "dash", 2.0),
        _way([*new, new[0]], N_("Better order"), "@s1", "solid", 2.5),
        _marks(new[1:]),
        _depot(given[0]),
    ]
    return {"data": traces, "layout": layout}


def _cosine(degrees: float) -> float:
    import math

    return math.cos(math.radians(degrees))


def _way(points: Sequence[tuple[float, float]], name: str, colour: str, dash: str, width: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": said(name),
        "x": [lon for _, lon in points],
        "y": [lat for lat, _ in points],
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _marks(points: Sequence[tuple[float, float]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": said(N_("Stop")),
        "showlegend": False,
        "x": [lon for _, lon in points],
        "y": [lat for lat, _ in points],
        "text": [str(place) for place in range(1, len(points) + 1)],
        "textfont": {"color": "@paper", "size": 10},
        "marker": {"color": "@s1", "size": 18},
        "hovertemplate": "%{text}: %{y:.4f}, %{x:.4f}<extra></extra>",
    }


def _depot(point: tuple[float, float]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said(N_("Start")),
        "x": [point[1]],
        "y": [point[0]],
        "marker": {"color": "@s2", "size": 16, "symbol": "square"},
        "hovertemplate": "%{y:.4f}, %{x:.4f}<extra></extra>",
    }


def order_rows(found: OrderedStops) -> list[Row]:
    """The new order, stop by stop: where each stood before, and where it is."""
    return [
        {
            "place": place,
            "before": given,
            "moved": place - given,
            "lat": f"{found.points[given][0]:.5f}",
            "lon": f"{found.points[given][1]:.5f}",
        }
        for place, given in enumerate(found.order)
    ]


def release_row(release: ReleaseFact) -> Row:
    """Where the figures come from."""
    return {
        "model_version": release.model_version,
        "as_of": release.as_of.isoformat(),
        "computed_at": release.computed_at.isoformat(),
        "deliveries": release.deliveries,
        "rule": release.rule["column"],
        "rate": release.rule["rate"],
        "left_out": ", ".join(name for name, why in release.left_out.items() if why == "leak"),
    }


def tomorrow_morning(now: Any) -> str:
    """The form's departure: the next working day at eight, as the browser's field writes it."""
    local = now.astimezone(company().zone) + timedelta(days=1)
    while local.weekday() >= WEEKEND:
        local += timedelta(days=1)
    return local.replace(hour=8, minute=0).strftime("%Y-%m-%dT%H:%M")
