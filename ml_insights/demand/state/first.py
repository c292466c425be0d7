"""What the demand page shows before its scripts have arrived: the chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_insights.core.errors import ProductError
from ml_insights.demand.service import answers, view
from ml_insights.demand.state import figures, rows
from ml_insights.demand.state.address import asked


def first_sight(query: Mapping[str, str], language: str) -> dict[str, Any]:
    """Figure and summary of what the address asks for; nothing where there is no forecast of it to show."""
    wanted = asked(query)
    try:
        found = view.series_view(answers.newest_release(at_once=True), wanted.measure, wanted.series)
    except ProductError:
        return {}  # the page itself says what is wrong
    if not found.detail.forecast:
        return {}
    out = rows.days_out(found, view.left_out_of(found))
    return {
        "figure": figures.main_figure(found, wanted.ahead, wanted.span, wanted.grain, out),
        "summary": rows.summary(rows.label(found, language), rows.totals(found, wanted.ahead), language),
    }
