"""Figures as plain dicts whose colours are names ("@history"); `assets/js/chart.js` draws and colours them. Time series
are sketched by `assets/js/sketch.js` first, which needs no library.

Reflex's own Plotly component compiles two templates into each page and merges the whole figure on every render; here
one figure is sent and theme, language and size are applied without asking the server.
"""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from ml_insights.core.i18n import LANGUAGES, N_, catalog
from ml_insights.ui import i18n
from ml_insights.ui.i18n import Text, words

PLOTLY = "plotly.js-basic-dist-min@3.7.0"
BANDS = {95: (N_("95% band"), "@bandwide"), 80: (N_("80% band"), "@band")}
"""Level → name and colour; the wider one is drawn first, below the other."""

Figure = dict[str, Any]
"""{"data": traces, "layout": layout} in Plotly's terms, and "unit"; any text may be an {"en", "es"} pair.

An axis says with "format" of which NumberKind its numbers are, a hover template with %{y:money}: they are written
in the reader's language and the company's currency where they are drawn.
"""
NumberKind = Literal["money", "number"]


class Chart(rx.Component):
    """The browser's side of a chart."""

    library = "$/public/js/chart.js"
    tag = "Chart"
    lib_dependencies: list[str] = [PLOTLY]  # noqa: RUF012

    figure: rx.Var[dict]
    label: rx.Var[str]
    summary: rx.Var[str]
    height: rx.Var[int]
    language: rx.Var[str]
    file_name: rx.Var[str]
    download: rx.Var[bool]
    waiting: rx.Var[bool]
    on_point: EventHandler[passthrough_event_spec(str)]


def chart(
    figure: Any,
    label: Text,
    *,
    summary: Any = "",
    height: int = 360,
    file_name: str = "chart",
    download: bool = True,
    waiting: Any = False,
    on_point: Any = None,
) -> rx.Component:
    """Draw `figure` (a Var of a Figure). `summary` says in words what is seen, for those who cannot see it.

    While `waiting`, a figure without data is one that is still to come. `on_point(x)` is told of a point that is
    pressed.
    """
    return Chart.create(
        figure=figure,
        label=words(label),
        summary=words(summary) if isinstance(summary, str) and summary else summary,
        height=height,
        language=i18n.language(),
        file_name=file_name,
        download=download,
        waiting=waiting,
        **({} if on_point is None else {"on_point": on_point}),
    )


def said(message: str) -> dict[str, str]:
    """`message` in every language, for a text inside a figure."""
    return {"en": message} | {tag: catalog(tag).get(message, message) for tag in LANGUAGES if tag != "en"}


def series_chart(
    history: Sequence[tuple[str, float | None]],
    forecast: Sequence[dict[str, Any]] = (),
    anomalies: Sequence[tuple[str, float]] = (),
    *,
    unfinished: Sequence[tuple[str, float, str]] = (),
    unit: str = "",
    money: bool = False,
) -> Figure:
    """History, median forecast, both bands, where the forecast begins, odd days, and sums of part of a period.

    `history`: (ISO day, value). `forecast`: dicts with "ds", "median" and, where known, "low_80", "high_80", "low_95",
    "high_95". `anomalies`: (ISO day, value). `unfinished`: (ISO day, value, "8/31"), which no line leads to, for they
    are not to be held against whole ones. `unit` (English) names what the y axis counts.
    """
    shape: NumberKind = "money" if money else "number"
    data = [*_bands(forecast, shape), _history(history, shape)]
    layout: Figure = {"yaxis": {"format": shape}, "showlegend": True}
    if forecast:
        data.append(_median(history, forecast, shape))
        layout |= _beginning(str(forecast[0]["ds"]))
    if anomalies:
        data.append(_anomalies(anomalies, shape))
    if unfinished:
        data.append(_unfinished(unfinished, shape))
    return {"data": data, "layout": layout} | ({"unit": said(unit)} if unit else {})


def _history(history: Sequence[tuple[str, float | None]], shape: NumberKind) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": said("History"),
        "legendrank": 1,
        "x": [day for day, _ in history],
        "y": [value for _, value in history],
        "line": {"color": "@history", "width": 1.5},
        "hovertemplate": f"%{{y:{shape}}}",
    }


def _median(
    history: Sequence[tuple[str, float | None]], forecast: Sequence[dict[str, Any]], shape: NumberKind
) -> Figure:
    joint = [history[-1]] if history and history[-1][1] is not None else []
    return {
        "type": "scatter",
        "mode": "lines",
        "name": said("Forecast"),
        "legendrank": 2,
        "x": [day for day, _ in joint] + [row["ds"] for row in forecast],
        "y": [value for _, value in joint] + [row["median"] for row in forecast],
        "line": {"color": "@forecast", "width": 2, "dash": "dash"},
        "hovertemplate": f"%{{y:{shape}}}",
    }


def _bands(forecast: Sequence[dict[str, Any]], shape: NumberKind) -> list[Figure]:
    traces: list[Figure] = []
    for level in BANDS:
        rows = [row for row in forecast if row.get(f"low_{level}") is not None]
        if rows:
            traces.extend(_band(rows, level, shape))
    return traces


def _band(rows: Sequence[dict[str, Any]], level: int, shape: NumberKind) -> tuple[Figure, Figure]:
    name, colour = BANDS[level]
    days = [row["ds"] for row in rows]
    edge: Figure = {"type": "scatter", "mode": "lines", "x": days, "line": {"width": 0}, "legendgroup": f"band{level}"}
    lows, highs = [row[f"low_{level}"] for row in rows], [row[f"high_{level}"] for row in rows]
    low: Figure = {**edge, "y": lows, "showlegend": False, "hoverinfo": "skip"}
    high: Figure = {
        **edge,
        "y": highs,
        "fill": "tonexty",
        "fillcolor": colour,
        "name": said(name),
        "legendrank": 3 + (level == 95),
        "customdata": lows,
        "hovertemplate": f"%{{customdata:{shape}}} – %{{y:{shape}}}",
    }
    return low, high


def _anomalies(anomalies: Sequence[tuple[str, float]], shape: NumberKind) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said("Unusual day"),
        "legendrank": 5,
        "x": [day for day, _ in anomalies],
        "y": [value for _, value in anomalies],
        "marker": {"color": "@anomaly", "size": 8, "symbol": "diamond-open", "line": {"width": 2}},
        "hovertemplate": f"%{{y:{shape}}}",
    }


def _unfinished(periods: Sequence[tuple[str, float, str]], shape: NumberKind) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said("Unfinished"),
        "legendrank": 6,
        "x": [day for day, _, _ in periods],
        "y": [value for _, value, _ in periods],
        "customdata": [part for _, _, part in periods],
        "marker": {"color": "@muted", "size": 8, "symbol": "circle-open", "line": {"width": 2, "color": "@words"}},
        "hovertemplate": f"%{{y:{shape}}} (%{{customdata}})",
    }


def capped(figure: Figure, top: float) -> Figure:
    """`figure` of a time series cut at `top`, with a mark, which tells the value, wherever one lies beyond it."""
    shape = figure["layout"]["yaxis"]["format"]
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines" and "legendgroup" not in trace]
    beyond = {
        day: value
        for trace in lines
        for day, value in zip(trace["x"], trace["y"], strict=True)
        if value is not None and value > top
    }
    data = [_cut(trace, top, shape) for trace in figure["data"]]
    return {**figure, "data": [*data, _beyond(beyond, top, shape)] if beyond else data}


def _cut(trace: Figure, top: float, shape: NumberKind) -> Figure:
    """The trace below `top`, saying of each point what it is."""
    values = trace["y"]
    if not any(value is not None and value > top for value in values):
        return trace
    cut = {**trace, "y": [value if value is None else min(value, top) for value in values]}
    if trace.get("hoverinfo") == "skip":
        return cut
    if "customdata" in trace:
        pairs = [list(pair) for pair in zip(trace["customdata"], values, strict=True)]
        told = trace["hovertemplate"].replace("%{customdata", "%{customdata[0]").replace("%{y", "%{customdata[1]")
        return {**cut, "customdata": pairs, "hovertemplate": told}
    return {**cut, "customdata": values, "hovertemplate": f"%{{customdata:{shape}}}"}


def _beyond(values: dict[str, float], top: float, shape: NumberKind) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said("Beyond the axis"),
        "legendrank": 7,
        "x": list(values),
        "y": [top] * len(values),
        "customdata": list(values.values()),
        "marker": {"color": "@anomaly", "size": 10, "symbol": "triangle-up", "line": {"width": 2, "color": "@anomaly"}},
        "hovertemplate": f"%{{customdata:{shape}}}",
    }


def _beginning(day: str) -> Figure:
    line = {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
    note = {"x": day, "yref": "paper", "y": 1, "yanchor": "top", "xanchor": "left", "xshift": 4, "showarrow": False}
    return {
        "shapes": [{**line, "line": {"color": "@words", "width": 1, "dash": "dot"}}],
        "annotations": [{**note, "text": said("Forecast"), "font": {"color": "@words", "size": 11}}],
    }


def bar_chart(
    labels: Sequence[Any], values: Sequence[float | None], *, colour: str = "@s1", shape: NumberKind = "number"
) -> Figure:
    """One bar per label; a label may be an {"en", "es"} pair made with `said`."""
    bars: Figure = {"type": "bar", "x": list(labels), "y": list(values), "marker": {"color": colour}}
    bars["hovertemplate"] = f"%{{y:{shape}}}<extra></extra>"
    return {"data": [bars], "layout": {"showlegend": False, "yaxis": {"format": shape}, "hovermode": "closest"}}
