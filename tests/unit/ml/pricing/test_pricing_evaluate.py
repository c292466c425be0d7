"""The measurement on files, and models that go to files and come back."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.pricing.evaluate import evaluate_pricing
from ml.pricing.files import pack, unpack
from ml.pricing.model import answer, learn
from ml.pricing.panel import make_panel
from tests.unit.ml.pricing.worlds import market

REAL = os.environ.get("ML_INSIGHTS_REAL_DATA")


def test_it_scores_the_last_fifth_beside_the_baselines() -> None:
    frame, truth = market(1, products=8, periods=80)
    told = json.loads(json.dumps(evaluate_pricing(frame.sample(frac=1, random_state=0)), allow_nan=False))
    assert told["capability"] == "pricing" and told["settings"]["held_out_periods"] == 16
    assert set(told["results"]) == {"model", "last_price", "ols", "boosted"}
    model = told["results"].pop("model")
    assert all(model["wape"] < other["wape"] for other in told["results"].values())
    assert 0.6 <= model["coverage_80"] <= 0.97
    assert [one["product_id"] for one in told["details"]] == [f"P{number:03d}" for number in range(8)]
    inside = [one["low_95"] <= true <= one["high_95"] for one, true in zip(told["details"], truth, strict=True)]
    assert sum(inside) >= 6


def test_held_out_quantities_change_no_forecast() -> None:
    frame, _ = market(1, products=5, periods=50)
    late = frame["period"] >= frame["period"].drop_duplicates().to_numpy()[40]
    other = frame.assign(quantity=np.where(late, 1.0, frame["quantity"]))
    details = [evaluate_pricing(each)["details"] for each in (frame, other)]
    assert details[0] == details[1]


def test_constant_prices_and_promotions_without_variation_are_measured_all_the_same() -> None:
    frame, _ = market(4, products=3, periods=40)
    told = evaluate_pricing(frame.assign(price=5.0, deal=1.0, feat=0.0))
    assert {one["refusal"] for one in told["details"]} == {"constant-price"}
    assert told["results"]["model"]["wape"] > 0


def test_too_few_periods_say_so() -> None:
    frame, _ = market(4, products=3, periods=9)
    with pytest.raises(ValueError, match="9 periods"):
        evaluate_pricing(frame)


def test_a_model_comes_back_from_its_files() -> None:
    frame, _ = market(6, products=4, periods=60)
    panel = make_panel(frame)
    learnt = learn(panel, 50, 8)
    files = pack(learnt, until="2024-01-01")
    back, more = unpack(files)
    assert more == {"until": "2024-01-01"}
    one, other = (answer(each, panel, 50).forecasts["mean"].to_numpy() for each in (learnt, back))
    assert one == pytest.approx(other)


@pytest.mark.parametrize("files", [{}, {"model.json": b"{}"}, {"model.json": b"[1]"}, {"model.json": b"no JSON"}])
def test_other_files_are_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ValueError):
        unpack(files)


def test_products_that_the_trees_never_saw_are_forecast() -> None:
    frame, _ = market(6, products=4, periods=60)
    learnt = learn(make_panel(frame[frame["product_id"] != "P000"]), 50, 8)
    panel = make_panel(frame)
    told = answer(learnt, panel, 50).forecasts
    new = told[told["product"] == panel.products.index("P000")]
    assert len(new) == 10 and (new["mean"] > 0).all()


@pytest.mark.skipif(not REAL, reason="ML_INSIGHTS_REAL_DATA names no folder of real data")
def test_real_avocado_prices_are_forecast_better_than_by_the_baselines() -> None:
    from benchmarks.pricing import avocado

    frame: pd.DataFrame = avocado(Path(REAL or ""))
    few = frame[frame["store"].isin(sorted(set(frame["store"]))[:12])]
    told = evaluate_pricing(few)
    wape = {name: scores["wape"] for name, scores in told["results"].items()}
    assert all(wape["model"] < other for name, other in wape.items() if name != "model"), wape
    assert all(one["elasticity"] < 0 and one["high_95"] < 0 for one in told["details"])


def test_many_stores_and_less_than_two_years_keep_seasons_and_levels_apart() -> None:
    frame, _ = market(0, products=5, periods=115, stores=25)
    told = evaluate_pricing(frame)["results"]
    assert told["model"]["wape"] < 0.7 * told["ols"]["wape"]
