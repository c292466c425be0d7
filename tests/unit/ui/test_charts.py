"""Figures as plain data: what is drawn, in which order, in which words."""

import json
from typing import Any

from ml_insights.ui.charts import bar_chart, said, series_chart

HISTORY = [("2026-01-01", 10.0), ("2026-01-02", None), ("2026-01-03", 12.0)]
FORECAST: list[dict[str, Any]] = [
    {"ds": "2026-01-04", "median": 11.0, "low_80": 9.0, "high_80": 13.0, "low_95": 8.0, "high_95": 14.0},
    {"ds": "2026-01-05", "median": 11.5, "low_80": 9.5, "high_80": 13.5, "low_95": 8.5, "high_95": 14.5},
]


def traces(figure: dict[str, Any]) -> dict[str, Any]:
    """Traces by English name."""
    return {trace["name"]["en"]: trace for trace in figure["data"] if "name" in trace}


def test_the_wide_band_is_drawn_below_the_narrow_one_and_both_below_the_lines() -> None:
    names = [trace["name"]["en"] for trace in series_chart(HISTORY, FORECAST)["data"] if "name" in trace]
    assert names == ["95% band", "80% band", "History", "Forecast"]


def test_a_band_fills_down_to_its_lower_edge() -> None:
    data = series_chart(HISTORY, FORECAST)["data"]
    low, high = data[0], data[1]
    assert (low["y"], high["y"], high["fill"]) == ([8.0, 8.5], [14.0, 14.5], "tonexty")


def test_the_forecast_starts_where_history_ends_and_is_dashed() -> None:
    forecast = traces(series_chart(HISTORY, FORECAST))["Forecast"]
    assert forecast["x"] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    assert forecast["line"]["dash"] == "dash"


def test_a_band_that_was_not_measured_is_not_drawn() -> None:
    rows = [{key: value for key, value in row.items() if "95" not in key} for row in FORECAST]
    assert "95% band" not in traces(series_chart(HISTORY, rows))


def test_odd_days_are_marked_by_shape_too() -> None:
    odd = traces(series_chart(HISTORY, FORECAST, [("2026-01-03", 12.0)]))["Unusual day"]
    assert odd["marker"]["symbol"] == "diamond-open"


def test_history_alone_has_no_forecast_line() -> None:
    figure = series_chart(HISTORY)
    assert "shapes" not in figure["layout"]
    assert [trace["name"]["en"] for trace in figure["data"]] == ["History"]


def test_figures_are_plain_json_in_both_languages() -> None:
    figure = series_chart(HISTORY, FORECAST, [("2026-01-03", 12.0)], unit="Units", money=True)
    assert json.loads(json.dumps(figure)) == figure
    assert said("Forecast") == {"en": "Forecast", "es": "Pronóstico"}
    assert bar_chart([said("Today")], [1.0])["data"][0]["x"] == [{"en": "Today", "es": "Hoy"}]
