"""The first model of a company: judged before it answers, and silent where it is worse than the naive method."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.core.training import Evaluation, HoldOut, Learning
from ml_insights.registry import queries as registry
from ml_insights.retraining.errors import NoBetterThanNaive, OneAnswerOnly
from ml_insights.retraining.refreshing import refresh
from ml_insights.retraining.state.models import metric_rows
from tests.integration.retraining import sample
from tests.integration.retraining.conftest import Register
from tests.integration.retraining.sample import HERE, Level, SampleTrainer, published, sell


class WorseTrainer(SampleTrainer):
    """Foretells twice what comes."""

    def evaluate(self, fitted: Level, learning: Learning, hold_out: HoldOut) -> Evaluation:
        judged = super().evaluate(fitted, learning, hold_out)
        return replace(judged, losses={name: 2 * loss + 1 for name, loss in judged.baseline.items()})


def first(model: str) -> dict[str, object]:
    return refresh(lambda *_, **__: None, model, "tester", "company")


@pytest.fixture(autouse=True)
def nothing_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "published", lambda *_: None)
    monkeypatch.setattr(sample, "WorseTrainer", WorseTrainer, raising=False)


def test_it_answers_with_its_score_beside_the_naive_ones(shop: Engine, session: Session) -> None:
    assert first("sample")["model"] == "sample/1"
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and 0 < champion.metrics["mae"] < champion.metrics["naive_mae"]
    assert [row["key"] for row in metric_rows([champion], "en")] == ["mae", "naive_mae"]


def test_why_it_answers_is_read_in_each_language(shop: Engine, session: Session) -> None:
    first("sample")
    (change,) = registry.history(session, "sample", "company")
    english, spanish = change.why.told("en"), change.why.told("es")
    assert english.startswith("The first model: the recipe level, from everything there is. It is the first model, and")
    assert spanish.startswith("El primer modelo: la receta level, con todo lo que hay. ")
    assert "Mean absolute error" in english and "naive" in english
    assert "hold-out" not in spanish and "{" not in spanish and "Mean" not in spanish


def test_worse_than_the_naive_it_does_not_answer(shop: Engine, session: Session, register: Register) -> None:
    register("WorseTrainer")
    with pytest.raises(NoBetterThanNaive) as told:
        first("worse")
    assert "30" in told.value.message("en") and "ingenuo" in told.value.message("es")
    assert registry.champion(session, "worse", "company") is None and published(session) is None


def test_what_tells_the_past_is_shown_all_the_same(
    shop: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml_insights.core.capability import Capability, ModelSpec
    from ml_insights.retraining.service import models

    spec = ModelSpec("worse", "Groups", "retrain", f"{HERE}:published", f"{HERE}:WorseTrainer", describes=True)
    monkeypatch.setattr(models, "capabilities", lambda: (Capability(name="sample", models=(spec,)),))
    assert first("worse")["model"] == "worse/1"


def test_one_class_is_said_in_words(shop: Engine, session: Session, register: Register) -> None:
    register("OneClassTrainer")
    with pytest.raises(OneAnswerOnly):
        first("oneclass")
    assert registry.champion(session, "oneclass", "company") is None


def test_too_little_to_hold_out_goes_in_unjudged(database: Engine, register: Register, session: Session) -> None:
    sell(0, 20)
    register("SampleTrainer")
    assert first("sample")["model"] == "sample/1"
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and "mae" not in champion.metrics
