"""Real scikit-learn and XGBoost classifiers, exported: the file that answers alike passes, every other is refused."""

from typing import Any

import numpy as np
import pytest
import xgboost
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from ml.artifact import BadArtifact
from ml.parity import LOOSEST, NotTheSame, Parity, check

random = np.random.default_rng(7)
ROWS = random.normal(1_000, 3, size=(1_500, 6))
LABELS = (ROWS[:, 0] + random.normal(size=len(ROWS)) > 1_000).astype(int)


def exported(model: Any) -> bytes:
    options = {"zipmap": False} if hasattr(model, "predict_proba") else None
    return to_onnx(model, ROWS[:1].astype(np.float32), options=options).SerializeToString()


@pytest.fixture(scope="module")
def forest() -> RandomForestClassifier:
    return RandomForestClassifier(30, max_depth=8, random_state=0).fit(ROWS, LABELS)


def test_a_random_forest_answers_alike(forest: RandomForestClassifier) -> None:
    assert check("model.onnx", exported(forest), Parity(ROWS, forest.predict_proba(ROWS))) <= 1e-5


def test_a_boosted_classifier_answers_alike() -> None:
    model = xgboost.XGBClassifier(n_estimators=60, max_depth=4).fit(ROWS, LABELS)
    converted = convert_xgboost(model, initial_types=[("input", FloatTensorType([None, ROWS.shape[1]]))])
    parity = Parity(ROWS, model.predict_proba(ROWS))
    assert check("model.onnx", converted.SerializeToString(), parity) <= 1e-5


def test_a_regressor_of_large_numbers_is_compared_relatively() -> None:
    model = RandomForestRegressor(10, random_state=0).fit(ROWS, ROWS[:, 0] * 1_000)
    assert check("model.onnx", exported(model), Parity(ROWS, model.predict(ROWS))) <= 1e-5


def test_another_model_is_refused(forest: RandomForestClassifier) -> None:
    other = RandomForestClassifier(30, max_depth=8, random_state=1).fit(ROWS, LABELS)
    with pytest.raises(NotTheSame, match=r"model\.onnx answers unlike the trained model: \d+ of 3000 answers"):
        check("model.onnx", exported(other), Parity(ROWS, forest.predict_proba(ROWS), tolerance=LOOSEST))


def test_one_wrong_answer_is_enough(forest: RandomForestClassifier) -> None:
    expected = forest.predict_proba(ROWS)
    expected[17, 1] = np.nan
    with pytest.raises(NotTheSame, match="1 of 3000 answers"):
        check("model.onnx", exported(forest), Parity(ROWS, expected))


def test_a_scaler_before_trees_breaks_parity() -> None:
    """As the module says: float32 moves rows across splits, and no tolerance cures that; trees alone stay whole."""
    far = ROWS * 100
    tree = DecisionTreeClassifier(random_state=0).fit(far, LABELS)
    assert check("tree.onnx", exported(tree), Parity(far, tree.predict_proba(far))) == 0
    scaled = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0)).fit(far, LABELS)
    with pytest.raises(NotTheSame, match="the worst by 1"):
        check("model.onnx", exported(scaled), Parity(far, scaled.predict_proba(far), tolerance=LOOSEST))


@pytest.mark.parametrize("tolerance", [0.0, -1.0, 0.5, float("nan"), float("inf")])
def test_a_tolerance_that_proves_nothing_is_refused(forest: RandomForestClassifier, tolerance: float) -> None:
    with pytest.raises(BadArtifact, match="tolerance"):
        check("model.onnx", exported(forest), Parity(ROWS, forest.predict_proba(ROWS), tolerance))


def test_no_row_proves_nothing(forest: RandomForestClassifier) -> None:
    with pytest.raises(BadArtifact, match="no row"):
        check("model.onnx", exported(forest), Parity(ROWS[:0], forest.predict_proba(ROWS)[:0]))


def test_what_onnx_cannot_open_is_refused() -> None:
    with pytest.raises(BadArtifact, match="cannot open it"):
        check("model.onnx", b"no model", Parity(ROWS, ROWS[:, 0]))


def test_rows_of_another_shape_are_refused(forest: RandomForestClassifier) -> None:
    with pytest.raises(NotTheSame, match="gives no numbers"):
        check("model.onnx", exported(forest), Parity(ROWS[:, :3], forest.predict_proba(ROWS)))
