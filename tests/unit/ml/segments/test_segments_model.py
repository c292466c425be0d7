"""Segments: found where they are, few where there are few, and the same again tomorrow."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ml.segments.model import NoCustomers, assign, chance_within, fit, from_json, refreshed, to_json
from ml.segments.purchases import rfm
from ml.segments.types import SegmentName
from tests.unit.ml.segments.shops import LAST, four_kinds, shop


def test_four_kinds_of_customers_are_four_segments_with_names_that_fit() -> None:
    known = four_kinds()
    model = fit(known, LAST)
    labels = assign(model, rfm(known, LAST))
    kinds = np.array([str(name).split("-")[0] for name in known.customers])
    found = {kind: {model.names[label] for label in labels[kinds == kind]} for kind in set(kinds)}
    assert found == {
        "best": {SegmentName.CHAMPIONS},
        "lost": {SegmentName.AT_RISK},
        "fresh": {SegmentName.NEW},
        "old": {SegmentName.DORMANT},
    }
    assert model.stability == pytest.approx(1.0) and len(set(model.names)) == len(model.names) == 4


def test_the_same_customers_give_the_same_segments() -> None:
    assert to_json(fit(four_kinds(), LAST)) == to_json(fit(four_kinds(), LAST))


def test_nothing_after_the_day_is_looked_at() -> None:
    known, later = four_kinds(), four_kinds()
    flooded = replace(later, revenue=np.where(later.day > LAST - 50, 1e6, later.revenue))
    assert to_json(fit(known, LAST - 50)) == to_json(fit(flooded, LAST - 50))


def test_chances_rise_with_the_segment_and_reach_as_far_as_asked() -> None:
    model = fit(four_kinds(), LAST)
    chances = dict(zip(model.names, model.chances, strict=True))
    assert chances[SegmentName.CHAMPIONS] > 0.8 > 0.2 > chances[SegmentName.DORMANT]
    assert chance_within(0.5, 60) == pytest.approx(0.75) and chance_within(0.5, 30) == pytest.approx(0.5)


def test_names_stay_when_segments_are_found_anew() -> None:
    model = fit(four_kinds(), LAST)
    renamed = replace(model, names=(SegmentName.LOYAL, *model.names[1:]))
    assert fit(four_kinds(seed=1), LAST, previous=renamed).names == renamed.names


def test_names_without_any_member_left_are_given_up() -> None:
    model = fit(four_kinds(), LAST)
    elsewhere = replace(model, centres=model.centres + 50.0)
    assert fit(four_kinds(), LAST, previous=elsewhere).names == model.names


def test_a_model_comes_back_from_json() -> None:
    known = four_kinds()
    model = fit(known, LAST)
    restored = from_json(json.loads(json.dumps(to_json(model))))
    assert to_json(restored) == to_json(model)
    assert np.array_equal(assign(restored, rfm(known, LAST)), assign(model, rfm(known, LAST)))


@pytest.mark.parametrize("told", [{}, {"names": ["kings"]}, {"space": 3}])
def test_something_else_is_no_model(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        from_json(told)


def test_an_update_keeps_names_and_centres() -> None:
    model = fit(four_kinds(), LAST - 60)
    updated = refreshed(model, four_kinds(), LAST)
    assert updated.names == model.names and updated.until > model.until and updated.chances != model.chances


def test_identical_customers_are_one_segment() -> None:
    model = fit(shop([(f"c{number}", 5, 10.0) for number in range(200)]), LAST)
    assert model.names == (SegmentName.EVERYONE,)


def test_fewer_customers_than_segments_are_one_segment() -> None:
    model = fit(shop([("a", 5, 10.0), ("b", 300, 20.0), ("c", 2, 900.0)]), LAST)
    assert model.names == (SegmentName.EVERYONE,) and 0 < model.chances[0] < 1


def test_one_order_each_is_enough() -> None:
    known = shop([(f"c{number}", number % 300, 1.0 + number) for number in range(300)])
    model = fit(known, LAST)
    assert len(model.names) >= 3 and np.bincount(assign(model, rfm(known, LAST))).sum() == 300


def test_negative_totals_are_the_least_not_an_error() -> None:
    rows = [(f"c{number}", number % 90, 100.0 + number) for number in range(100)]
    rows += [("debtor", 3, 10.0), ("debtor", 2, -5000.0)]
    for kind in ("percentile", "log", "scores"):
        known = shop(rows)
        model = fit(known, LAST, kind)
        assert len(assign(model, rfm(known, LAST))) == 101 and np.isfinite(model.centres).all()


@pytest.mark.parametrize("rows", [[], [("a", 5, -10.0)], [("a", 0, 10.0)]])
def test_without_purchases_there_is_nothing_to_fit(rows: list[tuple[str, int, float]]) -> None:
    with pytest.raises(NoCustomers):
        fit(shop(rows), LAST - 1)
