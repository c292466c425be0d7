from pathlib import Path

import pandas as pd
import pytest

from ml.demand.evaluate import evaluate_demand
from ml.demand.types import DemandSettings


@pytest.mark.real_data
@pytest.mark.usefixtures("light_field")
def test_us_retail_sales_beat_the_seasonal_naive_by_far(real_data: Path):
    frame = pd.read_csv(real_data / "prophet_examples" / "us_retail_sales_monthly.csv").assign(unique_id="us")

    report = evaluate_demand(frame, 12, settings=DemandSettings(country="US"))

    assert report["details"][0]["frequency"] == "MS"
    assert report["results"]["model"]["mase"] < 0.8 * report["results"]["seasonal_naive"]["mase"]


@pytest.mark.real_data
@pytest.mark.usefixtures("light_field")
def test_weekly_series_of_m4_are_covered_about_as_often_as_the_bands_say(real_data: Path):
    frame = pd.read_csv(real_data / "m4_competition" / "m4_weekly_long.csv.gz")
    names = frame["series"].unique()[::12]
    frame = frame[frame["series"].isin(names)].sort_values(["series", "part", "t"], ascending=[True, False, True])
    frame = pd.DataFrame({"unique_id": frame["series"], "ds": frame.groupby("series").cumcount(), "y": frame["value"]})

    model = evaluate_demand(frame, 13, freq="W")["results"]["model"]

    assert model["mase"] < 0.8
    assert 0.65 <= model["coverage_80"] <= 0.95
    assert model["coverage_95"] >= 0.85
