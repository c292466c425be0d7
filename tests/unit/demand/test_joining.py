"""Two tournaments as one result."""

import pandas as pd
import pytest

from ml.demand.types import DemandForecast, NotForecastable
from ml_insights.demand.joining import joined


def part(name: str, series_run: int, mase: float, refused: int = 0) -> DemandForecast:
    return DemandForecast(
        forecasts=pd.DataFrame({"unique_id": [name], "mean": [1.0]}),
        backtest=pd.DataFrame({"unique_id": [name], "candidate": ["theta"]}),
        panel_backtest=pd.DataFrame(
            {"candidate": ["theta", name], "series_run": [series_run, 1], "mase": [mase, 1.0], "seconds": [2.0, 1.0]}
        ),
        refusals=[NotForecastable(f"{name}-{n}", "too_short", "") for n in range(refused)],
        recipes={name: {}},
        gains=pd.DataFrame(),
        measured_steps={name: 7},
    )


def test_scores_are_weighted_by_the_series_behind_them() -> None:
    whole = joined([part("sums", 1, 2.0), part("products", 3, 1.0, refused=2)])
    rows = whole.panel_backtest.set_index("candidate")
    assert rows.loc["theta", "mase"] == pytest.approx(1.25)
    assert rows.loc["theta", "series_run"] == 4
    assert rows.loc["theta", "seconds"] == 4.0
    assert set(rows.index) == {"theta", "sums", "products"}
    assert set(whole.forecasts["unique_id"]) == {"sums", "products"}
    assert (len(whole.refusals), set(whole.recipes), whole.measured_steps["sums"]) == (2, {"sums", "products"}, 7)


def test_a_score_that_nobody_has_stays_unknown() -> None:
    whole = joined([part("sums", 1, float("nan"))])
    assert whole.panel_backtest.set_index("candidate").loc["theta"].isna()["mase"]


def test_nothing_joined_is_nothing() -> None:
    assert joined([]).forecasts.empty and joined([]).panel_backtest.empty
