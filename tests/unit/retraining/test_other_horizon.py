"""A champion that looks ahead by other days is no rival: its losses are those of another question."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml.promotion import Question, Reason
from ml_insights.core.training import Evaluation, Recipe
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, INCUMBENT, Verdict, decide

WANTED, OWN = Recipe("standard"), Recipe("logistic")
NAIVE = dict(enumerate(np.random.default_rng(0).normal(1.0, 0.1, 60).tolist()))


def evaluation(better: float) -> Evaluation:
    """Losses below the naive method's by `better`, all but the same for each unit."""
    noise = np.random.default_rng(1).normal(0, 0.01, len(NAIVE))
    losses = {str(unit): loss - better + noise[unit] for unit, loss in NAIVE.items()}
    return Evaluation(losses, {str(unit): loss for unit, loss in NAIVE.items()}, {}, {}, pd.DataFrame())


def champion(recipe: Recipe, horizon: int) -> VersionFact:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    return VersionFact(
        1, "churn", "company", "1", "logistic", "champion", {}, "2024-01-01", "2025-06-01", at, at,
        recipe_digest=recipe.digest, data_version="d", horizon=horizon,
    )  # fmt: skip


def verdict(found: dict[str, Evaluation], recipe: Recipe, horizon: int = 60, named: bool = False) -> Verdict:
    return decide(found, champion(recipe, 90), WANTED, "d", 0.02, named, horizon)


def test_it_goes_in_although_the_champion_had_the_smaller_losses_of_its_own_question():
    rivals = {CHALLENGER: evaluation(0.1), DEPLOYED: evaluation(0.4)}
    assert verdict(rivals, WANTED, horizon=90).chosen is None
    told = verdict(rivals, WANTED, horizon=60)
    assert (told.chosen, told.decisions[-1].reason) == (CHALLENGER, Reason.NEW_HORIZON_BEATS_NAIVE)


def test_one_that_is_worse_than_the_naive_method_does_not():
    told = verdict({CHALLENGER: evaluation(-0.2)}, WANTED)
    assert (told.chosen, told.decisions[-1].reason) == (None, Reason.NEW_HORIZON_WORSE_THAN_NAIVE)


@pytest.mark.parametrize(
    ("wanted", "own", "named", "chosen"),
    [(0.3, 0.1, False, CHALLENGER), (0.1, 0.3, False, INCUMBENT), (0.1, 0.3, True, CHALLENGER)],
)
def test_the_champions_better_recipe_is_taken_along(wanted: float, own: float, named: bool, chosen: str):
    told = verdict({CHALLENGER: evaluation(wanted), INCUMBENT: evaluation(own)}, OWN, named=named)
    assert told.chosen == chosen and told.decisions[-1].question == Question.NEW_HORIZON
    assert len(told.decisions) == (1 if named else 2)
