"""The model of the next purchase: honest, repeatable, and able to answer about any customer."""

import numpy as np
import pandas as pd
import pytest

from ml.behaviour.bg_nbd import rhythm
from ml.behaviour.history import History, history
from ml.behaviour.labels import future
from ml.propensity import baselines, metrics, model
from ml.propensity.features import FEATURES, KINDS, features
from ml.propensity.types import NotEnoughHistory
from tests.unit.ml.propensity.buyers import day, orders, shop, visits

CUTOFF = day(210)


@pytest.fixture(scope="module")
def known() -> History:
    return shop()


@pytest.fixture(scope="module")
def fitted(known: History) -> model.Propensity:
    return model.fit(known, CUTOFF, value_days=60)


def test_every_feature_has_one_reason() -> None:
    named = [name for names in KINDS.values() for name in names]
    assert sorted(named) == sorted(FEATURES)


def test_features_know_how_many_own_gaps_outlived_the_present_one() -> None:
    known = history(visits([1] * 5, [0, 10, 20, 50, 55], np.ones(5)))
    row = features(known, day(60)).iloc[0]
    assert (row["outlived"], row["ended_7"], row["ended_30"]) == (4, 3, 4)
    assert (row["orders_7"], row["orders_14"]) == (1, 2)


def test_it_ranks_better_than_recency_and_its_chances_mean_what_they_say(
    known: History, fitted: model.Propensity
) -> None:
    scored = model.score(fitted, known, CUTOFF)
    for days in (7, 30):
        actual = future(known, CUTOFF, days)["bought"].to_numpy(float)
        told = metrics.figures(actual, scored.table[f"chance_{days}"].to_numpy())
        naive = metrics.figures(actual, baselines.recency(known, CUTOFF, days))
        assert told["roc_auc"] > naive["roc_auc"] and told["brier"] < naive["brier"]
        assert told["ece"] < 0.1


def test_what_it_says_is_consistent(known: History, fitted: model.Propensity) -> None:
    table = model.score(fitted, known, CUTOFF).table
    assert (table["chance_7"] <= table["chance_30"]).all()
    assert table[["chance_7", "chance_30"]].to_numpy().min() >= 0 and table["chance_30"].max() <= 1
    for name in ("basket", "value"):
        assert (table[f"{name}_low"] <= table[f"{name}_high"]).all() and (table[f"{name}_low"] >= 0).all()
    dated = table.dropna(subset=["next_from", "next_day", "next_to"])
    assert (dated["next_from"] <= dated["next_day"]).all() and (dated["next_day"] <= dated["next_to"]).all()
    likely = table[table["chance_7"] > 0.55]
    assert len(likely) and (likely["next_day"] < 7).all()


def test_nothing_after_the_cutoff_changes_what_it_says(known: History, fitted: model.Propensity) -> None:
    table = orders()
    late = table["day"] >= CUTOFF
    table.loc[late, "revenue"] *= 50
    other = history(pd.concat([table, table[late].assign(order_id="again" + table["order_id"])]))
    again = model.fit(other, CUTOFF, value_days=60)
    assert model.packed(again) == model.packed(fitted)
    pd.testing.assert_frame_equal(model.score(again, other, CUTOFF).table, model.score(fitted, known, CUTOFF).table)


def test_reasons_add_up_to_the_log_odds(known: History, fitted: model.Propensity) -> None:
    table = features(known, CUTOFF)
    blend = fitted.chances[7]
    total, odds = blend.contributions(table).sum(axis=1), blend.log_odds(table)
    assert np.ptp(odds - total) == pytest.approx(0, abs=1e-3), "the rest is the mean case, the same for all"
    scored = model.score(fitted, known, CUTOFF, explained=5)
    best = scored.table["chance_7"].nlargest(5).index
    assert set(scored.reasons) == set(best)
    strengths = [[abs(one.effect) for one in reasons] for reasons in scored.reasons.values()]
    assert any(strengths) and all(one == sorted(one, reverse=True) and len(one) <= 4 for one in strengths)


def test_files_bring_it_back(known: History, fitted: model.Propensity) -> None:
    again = model.unpacked(model.packed(fitted))
    pd.testing.assert_frame_equal(model.score(again, known, CUTOFF).table, model.score(fitted, known, CUTOFF).table)
    with pytest.raises(ValueError):
        model.unpacked({name: data for name, data in model.packed(fitted).items() if name != "value.json"})


def test_the_regression_stands_alone_where_asked(known: History) -> None:
    alone = model.fit(known, CUTOFF, value_days=60, trees=False)
    assert alone.chances[7].trees is None
    assert not any(name.startswith("chance") and name.endswith(".ubj") for name in model.packed(alone))
    assert model.unpacked(model.packed(alone)).trees is False


def test_lifetime_values_cover_what_they_promise() -> None:
    known = shop(customers=900, seed=3)
    fitted = model.fit(known, day(180), value_days=60)
    table = model.score(fitted, known, day(180)).table
    spent = future(known, day(180), 60)["revenue"].to_numpy()
    inside = ((table["value_low"] <= spent) & (spent <= table["value_high"])).mean()
    assert fitted.lifetime.days == 60 and 0.7 < inside < 0.95
    same = baselines.revenue_before(known, day(180), 60)
    assert np.abs(table["value"] - spent).mean() < np.abs(same - spent).mean()


def test_a_longer_horizon_than_the_history_is_carried_by_survival(known: History) -> None:
    short, long = (model.fit(known, CUTOFF, value_days=days) for days in (60, 3_650))
    assert long.lifetime.days < 3_650
    table = features(known, CUTOFF)
    growth = long.carry.growth(*rhythm(table), long.lifetime.days, 3_650)
    assert (growth >= 1).all() and growth.mean() < 0.75 * 3_650 / long.lifetime.days, "customers leave"
    assert model.value(long, table)["value"].sum() > model.value(short, table)["value"].sum()


def test_a_list_of_a_week_ago_is_checked_without_that_week(known: History, fitted: model.Propensity) -> None:
    told = fitted.checked
    assert told["size"] == 30 and 0 <= told["hits"] <= 30 and told["buyers"] <= told["customers"]
    assert told["hits"] / told["size"] > told["buyers"] / told["customers"]


def test_the_week_is_foretold_within_its_bounds(known: History, fitted: model.Propensity) -> None:
    outlook = model.score(fitted, known, CUTOFF).outlook
    bought = future(known, CUTOFF, 7)["bought"].sum()
    assert outlook.buyers_low < outlook.buyers < outlook.buyers_high
    assert outlook.buyers_low * 0.8 < bought < outlook.buyers_high * 1.2
    assert outlook.revenue_low < outlook.revenue < outlook.revenue_high


@pytest.mark.parametrize("days", [0, 3])
def test_too_little_history_is_refused(days: int) -> None:
    with pytest.raises(NotEnoughHistory):
        model.fit(history(visits([1] * days, list(range(days)), np.ones(days))), day(10))


def test_one_order_each_negative_prices_and_returns_alone_are_answered() -> None:
    once = visits(list(range(300)), [place % 90 for place in range(300)], np.full(300, 20.0))
    odd = visits([900, 901], [10, 80], np.array([-50.0, 0.0]))
    given_back = visits([902], [50], np.zeros(1), returned=30.0)
    whole = pd.concat([once, odd, given_back], ignore_index=True)
    known = history(whole.assign(order_id=[str(place) for place in range(len(whole))]))
    table = model.score(model.fit(known, day(90)), known, day(90)).table
    assert "c0902" not in table.index and len(table) == 302
    assert np.isfinite(table.drop(columns=["last_day", "next_day", "next_from", "next_to"]).to_numpy(float)).all()
    assert table["chance_30"].max() < 0.2, "nobody ever came back"


def test_a_sample_of_very_many_customers_keeps_their_orders_whole(known: History) -> None:
    part = model.sampled(known, 50)
    assert len(part.customers) == 50 and set(part.customers) <= set(known.customers)
    whole = features(known, CUTOFF)
    pd.testing.assert_frame_equal(features(part, CUTOFF), whole[whole.index.isin(part.customers)])
    assert model.sampled(known) is known
