import json
import math

import numpy as np
import pandas as pd
import pytest

from ml.demand.evaluate import evaluate_demand
from tests.unit.ml.demand.panels import daily, many

pytestmark = pytest.mark.usefixtures("light_field")


def test_the_report_has_the_form_that_outsiders_read():
    report = evaluate_demand(many(3, 120).rename(columns=str.upper), 14)

    assert set(report) == {"capability", "settings", "results", "details"}
    assert {"model", "seasonal_naive", "boosted", "median_best_3"} <= set(report["results"])
    assert {"mase", "smape", "wape", "coverage_80", "coverage_95", "seconds"} <= set(report["results"]["model"])
    assert [one["winner"] in report["results"] for one in report["details"]] == [True] * 3
    json.dumps(report, allow_nan=False)


def test_figures_are_those_of_the_held_out_part():
    frame = many(1, 120)

    naive = evaluate_demand(frame, 7)["results"]["seasonal_naive"]

    y = frame["y"].to_numpy()
    scale = np.abs(y[7:-7] - y[:-14]).mean()
    assert naive["mase"] == pytest.approx(np.abs(y[-7:] - y[-14:-7]).mean() / scale)


def test_held_out_values_are_never_seen():
    frame = many(2, 100)
    spoiled = frame.copy()
    spoiled.loc[spoiled.groupby("unique_id").cumcount(ascending=False) < 10, "y"] += 1e6

    winners = [[one["winner"] for one in evaluate_demand(part, 10)["details"]] for part in (frame, spoiled)]
    errors = evaluate_demand(spoiled, 10)["details"][0]["mae"]

    assert winners[0] == winners[1]
    assert errors == pytest.approx(1e6, rel=0.01)


def test_held_out_regressors_count_as_known():
    frame = many(4, 200)
    promotion = np.random.default_rng(0).random(len(frame)) < 0.3
    told = frame.assign(y=frame["y"] + 80 * promotion, promotion=promotion.astype(int))

    with_promotion, without = evaluate_demand(told, 14), evaluate_demand(told.drop(columns="promotion"), 14)

    assert with_promotion["settings"]["regressors"] == ["promotion"]
    assert with_promotion["results"]["model"]["mae"] < 0.5 * without["results"]["model"]["mae"]


def test_refused_series_are_counted_and_explained():
    frame = pd.concat([daily(60), daily(5, name="short"), daily(60, name="empty").assign(y=0.0)])

    report = evaluate_demand(frame, 7)

    assert report["settings"]["series_forecast"] == 1
    assert report["settings"]["series_refused"] == 2
    assert {one["unique_id"]: one["refused"] for one in report["details"] if "refused" in one} == {
        "short": "too_short",
        "empty": "all_zero",
    }


def test_business_days_are_scored_on_the_days_they_have():
    frame = daily(140)
    report = evaluate_demand(frame[frame["ds"].dt.dayofweek < 5], 10)

    assert report["results"]["model"]["mae"] < 8
    assert math.isfinite(report["results"]["model"]["coverage_80"])


def test_whole_numbers_take_their_season_from_the_named_frequency():
    frame = daily(140).assign(ds=np.arange(140))

    named, nameless = evaluate_demand(frame, 7, freq="D"), evaluate_demand(frame, 7)

    assert named["results"]["model"]["mae"] < nameless["results"]["model"]["mae"]


def test_everything_refused_still_makes_a_report():
    report = evaluate_demand(daily(3), 7)

    assert report["results"]["model"]["mase"] is None
    assert report["settings"]["series_refused"] == 1


def test_an_impossible_horizon_is_refused():
    with pytest.raises(ValueError, match="horizon"):
        evaluate_demand(daily(), 0)
