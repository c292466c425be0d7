"""The churn model: what it learns from, what it says, and that it comes back the same from its files."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.behaviour.features import features
from ml.behaviour.history import History, history
from ml.behaviour.labels import NotYetKnown, future
from ml.churn.calibration import calibration_error, lift, perfect_range, scores
from ml.churn.evaluate import evaluate_churn
from ml.churn.files import from_files, to_files
from ml.churn.model import COLUMNS, fit, log_odds, matrix, probabilities, teach
from ml.churn.reasons import KINDS, SHOWN, contributions
from ml.churn.scoring import score
from ml.churn.season import Season, learn_season
from ml.churn.types import NobodyKnown, OneAnswer, ReasonCode, TooShortHistory
from ml.churn.windows import WARM_UP, growth, lomax_scale, plan
from tests.unit.ml.churn.shops import START, frame, shop

CUTOFF = START + pd.Timedelta(days=210)
HORIZON = 60


@pytest.fixture(scope="module")
def known() -> History:
    return shop()


def day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


def test_windows_end_before_the_cutoff_and_begin_after_a_warm_up():
    found = plan(0, 274, 90)
    assert found.days == 90 and len(found.cutoffs) == 12
    assert all(cutoff + found.days <= 274 and cutoff >= WARM_UP for cutoff in found.cutoffs)


@pytest.mark.parametrize("room", [21, 30, 60, 100, 200])
def test_a_horizon_beyond_the_history_is_taught_by_shorter_windows(room: int):
    found = plan(0, room, 180)
    assert found.days < 180 and found.cutoffs
    assert all(cutoff > 0 and cutoff + found.days <= room for cutoff in found.cutoffs)


def test_three_weeks_are_the_least_and_a_horizon_is_a_day_at_least():
    with pytest.raises(TooShortHistory, match="there are 20 days"):
        plan(0, 20, 90)
    with pytest.raises(ValueError, match="at least 1 day"):
        plan(0, 200, 0)


def test_hazards_grow_with_the_horizon_but_ever_slower(known: History):
    windows = plan(known.first, known.first + 210, HORIZON)
    scale = lomax_scale(known, windows)
    grown = [growth(scale, windows.days, days) for days in (30, 60, 120, 240)]
    assert grown[1] == 0 and grown[0] < 0 < grown[2] < grown[3] and grown[3] < np.log(4)


def test_nothing_from_the_cutoff_on_is_learnt(known: History):
    early = known.day < known.first + 210
    names = ("code", "day", "revenue", "units", "products")
    past = replace(known, **{name: getattr(known, name)[early] for name in names})
    one, other = fit(known, CUTOFF, HORIZON), fit(past, CUTOFF, HORIZON)
    assert to_files(one) == to_files(other)


def test_probabilities_rank_and_are_calibrated(known: History):
    model = fit(known, CUTOFF, HORIZON)
    chance = probabilities(model, matrix(features(known, CUTOFF)), CUTOFF)
    true = (~future(known, CUTOFF, HORIZON)["bought"].to_numpy()).astype(float)
    found = scores(true, chance)
    assert found["roc_auc"] > 0.75 and found["brier"] < 0.9 * true.mean() * (1 - true.mean())
    assert abs(chance.mean() - true.mean()) < 0.05


def test_a_probability_rises_with_the_days_asked_about(known: History):
    model = fit(known, CUTOFF, HORIZON)
    x = matrix(features(known, CUTOFF))
    short, long = (probabilities(model, x, CUTOFF, days) for days in (30, 120))
    assert (short > probabilities(model, x, CUTOFF)).all() and (long < probabilities(model, x, CUTOFF)).all()


def test_a_horizon_that_was_never_seen_is_reached_by_survival():
    """70 days of history, asked about 90: left on the 23-day window, the mean would be off by over 0.2."""
    known = shop(1500, 300, seed=3)
    late = day(70)
    model = fit(known, late, 90)
    x = matrix(features(known, late))
    true = 1 - future(known, late, 90)["bought"].mean()
    carried, left = probabilities(model, x, late).mean(), probabilities(model, x, late, model.window).mean()
    assert model.window < 30 and abs(carried - true) < 0.08 and abs(left - true) > 0.15


@pytest.mark.parametrize("trees", [True, False])
def test_files_bring_the_model_back(known: History, trees: bool):
    model = fit(known, CUTOFF, HORIZON, trees=trees)
    x = matrix(features(known, CUTOFF))
    again = from_files(to_files(model))
    assert np.array_equal(probabilities(model, x, CUTOFF), probabilities(again, x, CUTOFF))
    assert ("trees.json" in to_files(model)) == trees and all(json.loads(data) for data in to_files(model).values())


def test_files_of_other_features_are_refused(known: History):
    files = to_files(fit(known, CUTOFF, HORIZON, trees=False))
    told = json.loads(files["model.json"])
    with pytest.raises(ValueError, match="other features"):
        from_files({"model.json": json.dumps(told | {"features": ["recency"]}).encode()})
    with pytest.raises(ValueError, match="not the files"):
        from_files({"model.json": json.dumps({"features": list(COLUMNS)}).encode()})


def test_reasons_add_up_to_the_log_odds_and_leave_no_feature_out(known: History):
    model = fit(known, CUTOFF, HORIZON)
    x = matrix(features(known, CUTOFF))
    assert np.abs(contributions(model, x).sum(axis=1) - log_odds(model, x)).max() < 1e-4
    assert sorted(name for names in KINDS.values() for name in names) == sorted(COLUMNS)
    assert set(SHOWN) == set(KINDS) == set(ReasonCode)


def test_only_those_most_at_risk_are_explained(known: History):
    model = fit(known, CUTOFF, HORIZON)
    found = score(model, known, CUTOFF, explained=5, lost_after=120)
    assert set(found.reasons) == set(found.table["at_risk"].nlargest(5).index)
    assert (CUTOFF - found.table["last_day"]).dt.days.max() <= 120
    for reasons in found.reasons.values():
        effects = [reason.effect for reason in reasons]
        assert len(effects) <= 4 and effects == sorted(effects, reverse=True) and all(one > 0 for one in effects)
    assert any(found.reasons.values())
    assert found.table["probability"].between(0, 1).all() and (found.table["value"] >= 0).all()


def test_nobody_scored_is_an_empty_table(known: History):
    found = score(fit(known, CUTOFF, HORIZON), known, START)
    assert found.table.empty and found.reasons == {}


def test_a_season_is_spoken_of_after_a_year_only():
    known = shop(1500, 800, season=0.6, seed=1)
    assert learn_season(known, known.first + 300) == Season()
    season = learn_season(known, known.first + 700)
    winter, summer = (season.index(known.first + 730 + start, 60) for start in (-30, 150))
    assert winter - summer > 0.5


def test_without_a_season_there_is_hardly_any():
    known = shop(1500, 800, seed=2)
    season = learn_season(known, known.first + 700)
    assert max(abs(season.index(known.first + 700 + start, 30)) for start in range(0, 360, 30)) < 0.12


def test_data_that_teach_nothing_are_told():
    once = history(frame(list(range(100)), [3 * place for place in range(100)], np.full(100, 5.0)))
    with pytest.raises(OneAnswer, match="nobody bought again"):
        fit(once, day(250), 60)
    daily = [(customer, number) for customer in range(5) for number in range(200)]
    everybody = history(frame([who for who, _ in daily], [when for _, when in daily], np.ones(len(daily))))
    with pytest.raises(OneAnswer, match="everybody bought again"):
        fit(everybody, day(150), 30)
    with pytest.raises(NobodyKnown):
        fit(everybody, START, 30)
    with pytest.raises(NotYetKnown):
        evaluate_churn(everybody, day(5000), 30)


def test_constant_columns_and_negative_totals_are_learnt_from():
    known = shop(300)
    strange = replace(known, revenue=np.full(len(known), -5.0), products=np.ones(len(known)))
    model = fit(strange, CUTOFF, HORIZON)
    found = score(model, strange, CUTOFF)
    assert np.isfinite(found.table[["probability", "value", "at_risk"]].to_numpy()).all()
    assert (found.table["value"] == 0).all()


def test_large_shops_are_sampled_by_customer(known: History, monkeypatch: pytest.MonkeyPatch):
    whole = teach(known, known.first + 210, HORIZON)
    monkeypatch.setattr("ml.churn.model.MOST_ROWS", len(whole.x) // 3)
    part = teach(known, known.first + 210, HORIZON)
    assert 0.2 < len(part.x) / len(whole.x) < 0.45


def test_an_evaluation_names_every_baseline_and_the_perfect_range(known: History):
    found = evaluate_churn(known, CUTOFF, HORIZON)
    assert set(found["results"]) == {"model", "recency", "logistic_rfm", "bg_nbd"}
    metrics = {"roc_auc", "pr_auc", "brier", "ece", "lift_at_10"}
    assert all(metrics <= set(one) for one in found["results"].values())
    told = found["settings"]
    assert told["ece_inside_95"] == (found["results"]["model"]["ece"] <= told["ece_upper_95"])
    assert sum(one["customers"] for one in found["details"]) == told["customers"]
    assert found["results"]["model"]["brier"] <= min(one["brier"] for one in found["results"].values()) + 0.002


def test_the_perfect_range_is_that_of_perfect_models():
    random = np.random.default_rng(5)
    chance = random.uniform(0.05, 0.95, 2000)
    limit = perfect_range(chance)
    errors = [calibration_error((random.random(2000) < chance).astype(float), chance) for _ in range(300)]
    assert 0.90 < np.mean(np.array(errors) <= limit) < 0.99
    assert calibration_error((random.random(2000) < chance**0.7).astype(float), chance) > limit


def test_lift_shares_ties():
    true = np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert lift(true, np.arange(10.0)) == pytest.approx(5) and lift(true, np.zeros(10)) == pytest.approx(1)
    assert lift(np.zeros(10), np.arange(10.0)) == 1
