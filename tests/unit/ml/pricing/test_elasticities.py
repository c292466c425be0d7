"""Elasticities on markets in which they are known, and refusals where nobody could know them."""

import numpy as np
import pandas as pd
import pytest

from ml.pricing.model import Learnt, answer, learn
from ml.pricing.panel import make_panel
from ml.pricing.types import Elasticity, PricingSettings, Refusal
from tests.unit.ml.pricing.worlds import market


def found(frame: pd.DataFrame, settings: PricingSettings = PricingSettings()) -> list[Elasticity]:
    panel = make_panel(frame)
    return answer(learn(panel, panel.length, 0, settings, companion=False), panel, panel.length).elasticities


def one(frame: pd.DataFrame, product: str) -> Elasticity:
    return next(each for each in found(frame) if each.product_id == product)


def test_intervals_hold_the_truth_as_often_as_they_say_under_common_shocks() -> None:
    inside, errors = [], []
    for seed in range(8):
        frame, truth = market(seed, shock=0.3)
        for each, true in zip(found(frame), truth, strict=True):
            inside.append(each.low <= true <= each.high)
            errors.append(each.value - true)
    assert 0.91 <= np.mean(inside) <= 0.995
    assert abs(np.mean(errors)) < 0.05 and np.std(errors) < 0.2


def test_stores_of_a_product_share_its_elasticity() -> None:
    frame, truth = market(3, products=6, stores=5)
    assert [each.value for each in found(frame)] == pytest.approx(list(truth), abs=0.25)


def test_what_hits_everybody_in_a_week_widens_the_interval() -> None:
    calm, stormy = (np.mean([each.error for each in found(market(1, shock=shock)[0])]) for shock in (0.01, 0.5))
    assert stormy > 1.1 * calm


def test_little_price_variation_pulls_towards_the_other_products() -> None:
    frame, truth = market(5)
    quiet = frame["product_id"] == "P000"
    mean = np.exp(np.log(frame.loc[quiet, "price"]).mean())
    price = np.where(quiet, mean * (frame["price"] / mean) ** 0.3, frame["price"])
    dull = frame.assign(price=price, quantity=frame["quantity"] * (price / frame["price"]) ** truth[0])
    known, pulled = one(frame, "P000"), one(dull, "P000")
    assert pulled.error > known.error and pulled.low < truth[0] < pulled.high


@pytest.mark.parametrize(
    ("prices", "refusal"),
    [
        (np.full(60, 5.0), Refusal.CONSTANT_PRICE),
        (np.where(np.arange(60) == 30, 4.0, 5.0), Refusal.FEW_PRICE_MOVES),
        (np.full(6, 5.0), Refusal.TOO_FEW_PERIODS),
    ],
    ids=["constant", "one-move", "young"],
)
def test_too_little_variation_is_an_answer_of_its_own(prices: np.ndarray, refusal: Refusal) -> None:
    frame, _ = market(7, products=5, periods=60)
    last = frame["period"].drop_duplicates().to_numpy()[-len(prices) :]
    quantity = 100 + np.arange(len(prices)) % 7
    dull = pd.DataFrame({"period": last, "product_id": "DULL", "store": "0", "price": prices, "quantity": quantity})
    answered = one(pd.concat([frame, dull]), "DULL")
    assert answered.refusal == refusal
    assert np.isnan([answered.value, answered.low, answered.high, answered.error]).all()
    assert answered.variation.moved == int((prices == 4.0).sum())


def test_nothing_but_noise_in_the_sales_is_too_vague() -> None:
    random = np.random.default_rng(0)
    period = pd.date_range("2024-01-01", periods=40, freq="W-MON")
    frame = pd.DataFrame(
        {
            "period": period,
            "product_id": "A",
            "price": np.exp(random.normal(0, 0.03, 40)),
            "quantity": np.exp(random.normal(3, 2, 40)),
        }
    )
    assert found(frame)[0].refusal == Refusal.TOO_VAGUE


def test_one_product_in_one_period_is_refused_not_an_error() -> None:
    frame = pd.DataFrame({"period": ["2024-01-01"], "product_id": ["A"], "price": [2.0], "quantity": [3.0]})
    assert found(frame)[0].refusal == Refusal.TOO_FEW_PERIODS


def test_the_same_data_give_the_same_model() -> None:
    frame, _ = market(2, products=4, periods=60)
    panel = make_panel(frame)
    models = [learn(panel, 50, 8) for _ in range(2)]
    assert models[0] == models[1] and isinstance(models[0], Learnt)


def test_the_future_changes_nothing_of_what_is_learnt() -> None:
    frame, _ = market(2, products=4, periods=60)
    late = frame["period"] >= frame["period"].drop_duplicates().to_numpy()[50]
    other = frame.assign(quantity=np.where(late, frame["quantity"] * 40, frame["quantity"]))
    one_model, other_model = (learn(make_panel(each), 50, 8) for each in (frame, other))
    assert one_model == other_model
    told = [answer(one_model, make_panel(each), 50).forecasts["mean"].to_numpy() for each in (frame, other)]
    assert told[0] == pytest.approx(told[1])
