"""Which members forecast is chosen by what each would have foretold."""

import numpy as np
import pandas as pd
import pytest

from ml.pricing.files import MODEL, pack, unpack
from ml.pricing.members import ALONE, MEANS, MEMORIES, RIDGE, TREES, USUAL, Foretold, choose, means
from ml.pricing.model import learn
from ml.pricing.panel import make_panel


def window(rows: int, noise: dict[str, float]) -> Foretold:
    """Rows of which each member knows the logarithm but for noise of its own."""
    random = np.random.default_rng(3)
    true = random.normal(4, 0.5, rows)
    said = {name: true + random.normal(0, spread, rows) for name, spread in noise.items()}
    by_memory = {memory: said[MEANS] + (0.0 if memory == 26 else 0.3) for memory in MEMORIES}
    told = {name: values for name, values in said.items() if name != MEANS}
    return Foretold(pd.DataFrame({"quantity": np.exp(true)}), told, by_memory)


def test_the_best_member_answers_alone_with_the_memory_that_suits() -> None:
    found = choose([window(400, {RIDGE: 0.6, TREES: 0.6, MEANS: 0.05})])
    assert dict(found.shares) == {RIDGE: 0.0, TREES: 0.0, MEANS: 1.0}
    assert found.memory == 26


def test_members_that_err_apart_are_better_together() -> None:
    assert dict(choose([window(400, {RIDGE: 0.3, TREES: 0.3, MEANS: 1.5})]).shares) == dict(USUAL.shares)


def test_too_few_rows_choose_nothing() -> None:
    assert choose([window(8, {RIDGE: 0.6, TREES: 0.6, MEANS: 0.01})]) is USUAL
    assert choose([window(8, {RIDGE: 0.6, MEANS: 0.01})]) is ALONE


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    random = np.random.default_rng(5)
    rows = []
    for store in range(6):
        for product in range(3):
            level = 5 + random.normal(0, 0.5)
            for period in range(60):
                price = 10 * np.exp(random.normal(0, 0.1))
                sold = np.exp(level - 1.5 * np.log(price / 10) + random.normal(0, 0.2))
                rows.append((period, f"p{product}", f"s{store}", round(price, 2), round(sold) + 1))
    return pd.DataFrame(rows, columns=pd.Index(["period", "product_id", "store", "price", "quantity"]))


def test_means_answer_to_the_price_from_the_recent_level(market: pd.DataFrame) -> None:
    panel = make_panel(market)
    before, after = panel.rows[panel.rows["t"] < 50], panel.rows[panel.rows["t"] >= 50]
    told = means(before, after, panel, 26)
    assert np.abs(told - after["lq"].to_numpy()).mean() < 0.25


def test_what_was_chosen_is_kept_in_the_files_and_older_files_have_the_usual_shares(market: pd.DataFrame) -> None:
    learnt = learn(make_panel(market), 50, 8)
    files = pack(learnt)
    assert unpack(files)[0].blend == learnt.blend
    older = files[MODEL].replace(b'"blend"', b'"unknown"')
    assert unpack({**files, MODEL: older})[0].blend == USUAL
    assert sum(learnt.blend.shares.values()) == pytest.approx(1)
