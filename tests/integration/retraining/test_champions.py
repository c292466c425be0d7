"""Who answers is asked, and looked at again before it is published: no job overwrites another's choice of version."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.core.database import reading, transaction
from ml_insights.ledger.service import record_decision, verify
from ml_insights.registry import queries as registry
from ml_insights.registry import service as models
from ml_insights.retraining.errors import ChampionChanged, RefusedBefore
from ml_insights.retraining.refreshing import refresh
from tests.at_once import at_once
from tests.integration.retraining import sample
from tests.integration.retraining.conftest import Retrain
from tests.integration.retraining.sample import DAYS, SampleTrainer, published, sell


def ask() -> dict[str, Any]:
    return refresh(lambda *_, **__: None, "sample", "retrain", "company")


def versions() -> list[tuple[str, str]]:
    with reading() as session:
        return [(one.version, one.status) for one in registry.versions(session, "sample", "company")]


@pytest.fixture(autouse=True)
def always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "published", lambda *_: None)


@pytest.fixture
def two(retrain: Retrain) -> None:
    """Version 1 stands by, version 2 answers."""
    retrain(recipe="level")
    sell(DAYS, 20)
    retrain(recipe="good")


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], times: int = 1) -> None:
    """Let `act` happen while the champion is asked."""
    predict, left = SampleTrainer.predict, [act] * times

    def asked(self: SampleTrainer, *arguments: Any) -> Any:
        if left:
            left.pop()()
        return predict(self, *arguments)

    monkeypatch.setattr(SampleTrainer, "predict", asked)


def change_back() -> None:
    with transaction() as acting:
        models.rollback(acting, "sample", "company", "ana@x.cl", "an exercise")


def promote_other() -> None:
    with transaction() as acting:
        present = registry.champion(acting, "sample", "company")
        other = next(one for one in registry.versions(acting, "sample", "company") if present and one.id != present.id)
        models.promote(acting, other.id, "ana@x.cl", "an exercise")


def test_a_scoring_run_asks_the_champion_and_promotes_nothing(two: None, session: Session) -> None:
    sell(DAYS + 20, 10)
    assert ask()["model"] == "sample/2"
    assert versions() == [("2", "champion"), ("1", "fallback")]
    assert published(session)[0] == "sample/2"  # pyright: ignore[reportOptionalSubscript]


def test_who_was_put_to_use_meanwhile_is_asked_instead(
    two: None, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, change_back)
    assert ask()["model"] == "sample/1"
    assert published(session)[0] == "sample/1"  # pyright: ignore[reportOptionalSubscript]


def test_where_that_happens_again_it_says_who_and_changes_nothing(
    two: None, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(session)
    meanwhile(monkeypatch, promote_other, times=2)
    with pytest.raises(ChampionChanged) as caught:
        ask()
    problem = caught.value.problem("es")
    assert (problem["status"], problem["changed_by"]) == (409, "ana@x.cl") and "changed_at" in problem
    assert "ana@x.cl puso en uso otra versión" in problem["detail"]
    assert published(session) == before


def test_two_first_runs_at_once_make_one_model(shop: Engine, session: Session) -> None:
    ends = at_once(shop, ask, ask)
    assert [end["model"] for end in ends] == ["sample/1", "sample/1"]
    assert versions() == [("1", "champion")]
    assert verify(session, sample.Dataset.COMPANY).breach is None


def test_what_retraining_refused_is_not_promoted_where_the_champion_is_broken(
    retrain: Retrain, session: Session
) -> None:
    retrain(recipe="good")
    sell(DAYS, 20)
    retrain(recipe="level")
    assert versions() == [("2", "retired"), ("1", "champion")]
    before = published(session)
    champion = registry.champion(session, "sample", "company")
    assert champion is not None
    (models.model_folder() / champion.path / "level.json").write_text("{}")
    with pytest.raises(RefusedBefore) as caught:
        ask()
    assert "version 2" in caught.value.message("en") and "versión 2" in caught.value.message("es")
    assert versions() == [("2", "retired"), ("1", "champion")] and published(session) == before


def test_what_was_compared_with_another_champion_is_not_promoted(
    two: None, retrain: Retrain, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(DAYS + 20, 20)
    meanwhile(monkeypatch, change_back)
    assert "ana@x.cl has put another version" in retrain(recipe="good").error_in("en")
    assert dict(versions())["1"] == "champion" and len(versions()) == 2


def test_a_slow_publication_does_not_keep_the_ledger_locked(
    postgres_database: Engine, monkeypatch: pytest.MonkeyPatch, register: Callable[..., None]
) -> None:
    """SQLite has one writer at a time anyway."""
    sell(0, DAYS)
    register("SampleTrainer")
    publish = SampleTrainer.publish

    def slow(self: SampleTrainer, *arguments: Any) -> Any:
        with transaction() as other:
            other.connection().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
            record_decision(other, sample.Dataset.COMPANY, "product-1", "ordered", "ana@x.cl")
        return publish(self, *arguments)

    monkeypatch.setattr(SampleTrainer, "publish", slow)
    assert ask()["model"] == "sample/1"
