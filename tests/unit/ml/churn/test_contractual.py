"""Churn of contracts, from tables that are as wild as real ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.churn import contractual
from ml.churn.contract_table import answers, learn_encoder
from ml.churn.contractual import evaluate_contracts, score_contracts


def contracts(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    months, plan = random.integers(1, 60, rows), random.choice(["monthly", "yearly"], rows)
    odds = 1.0 - 0.06 * months + 1.2 * (plan == "monthly")
    return pd.DataFrame(
        {
            "customer_id": [f"K{place:05d}" for place in range(rows)],
            "months": [str(value) if value % 9 else " " for value in months],
            "plan": plan,
            "city": random.choice([f"city {place}" for place in range(40)], rows),
            "country": "CL",
            "empty": np.nan,
            "churned": np.where(random.random(rows) < 1 / (1 + np.exp(-odds)), "Yes", "No"),
        }
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two candidates that take no time."""
    kept = {name: contractual.CANDIDATES[name] for name in ("logistic", "xgboost")}
    monkeypatch.setattr(contractual, "CANDIDATES", kept)


def test_columns_become_numbers_and_ids_are_left_out():
    table = contracts().drop(columns="churned")
    encoder = learn_encoder(table)
    assert encoder.medians.keys() == {"months"} and encoder.levels == {"plan": ("monthly", "yearly")}
    assert encoder.shares.keys() == {"city"}
    assert encoder.columns == ["months", "plan", "plan", "city"]
    unseen = table.head(2).assign(plan="weekly", city="nowhere", months="soon")
    found = encoder.matrix(unseen)
    assert found.shape == (2, 4) and np.isfinite(found).all() and (found[:, 1:] == 0).all()


@pytest.mark.parametrize("said", [["Yes", "No"], [1, 0], [True, False], ["sí", "no"], [1.0, 0.0]])
def test_yes_is_read_however_it_is_written(said):
    assert answers(pd.Series(said, name="left")).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("said", "why"), [(["yes", "maybe"], "maybe"), (["no", "no"], "same answer"), ([None, "yes"], "yes or no")]
)
def test_a_label_that_says_something_else_is_refused(said, why):
    with pytest.raises(ValueError, match=why):
        answers(pd.Series(said, name="left"))


def test_an_evaluation_is_out_of_fold(quick: None):
    found = evaluate_contracts(contracts(), "churned")
    assert 0.7 < found["results"]["model"]["roc_auc"] < 0.9
    best = max(found["results"][name]["roc_auc"] for name in contractual.CANDIDATES)
    assert found["results"]["model"]["roc_auc"] > best - 0.01


def test_labels_at_random_are_not_foretold(quick: None):
    noise = contracts().assign(churned=np.random.default_rng(9).choice(["Yes", "No"], 600))
    assert 0.4 < evaluate_contracts(noise, "churned")["results"]["model"]["roc_auc"] < 0.6


def test_every_row_gets_a_probability_and_its_reasons(quick: None):
    table = contracts()
    found = score_contracts(table, "churned")
    assert found.probability.shape == (600,) and ((found.probability > 0) & (found.probability < 1)).all()
    likely = int(np.argmax(found.probability))
    first = found.reasons[likely][0]
    assert first.column in ("months", "plan") and first.effect > 0
    assert first.value == str(table.iloc[likely][first.column]).strip()


def test_a_table_that_tells_nothing_is_refused(quick: None):
    table = contracts()[["customer_id", "country", "churned"]]
    with pytest.raises(ValueError, match="no column tells"):
        score_contracts(table, "churned")
    with pytest.raises(ValueError, match="at least 10 rows"):
        score_contracts(contracts().head(12), "churned")


VALUES = st.none() | st.text(max_size=4) | st.floats(allow_nan=True, allow_infinity=True) | st.booleans()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=30))
def test_any_table_becomes_finite_numbers(rows):
    table = pd.DataFrame(rows, columns=pd.Index(["a", "b", "c"]), dtype=object)
    encoder = learn_encoder(table)
    found = encoder.matrix(table)
    assert found.shape == (len(rows), len(encoder.columns))
    assert not np.isnan(found).any()
