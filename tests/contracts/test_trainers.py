"""What every trainer promises to retraining. A new model adds itself to SHOPS, with data that it can learn from."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml import artifact, leakage
from ml.demand import model as demand_model
from ml_insights.capabilities import capabilities
from ml_insights.commerce.tables import Dataset
from ml_insights.core.capability import load
from ml_insights.core.training import Evaluation, Fitted, HoldOut, Learning, Trainer
from ml_insights.ledger import service as ledger
from ml_insights.registry.service import next_version
from ml_insights.retraining.service import drafts, releasing
from tests.integration.churn.shop import trade
from tests.integration.logistics.sample import drive
from tests.integration.pricing.sample import market
from tests.integration.retraining.sample import DAYS, FIRST, sell, serve

QUICK = ("seasonal_naive", "damped_trend", "drift_theta")


Later = Callable[[], None]
"""Adds ten days of data that are unlike those before."""


def _small_shop(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Four products, and a tournament of methods that take no time."""
    sell(0, DAYS, products=4)
    everyone = demand_model.candidates
    monkeypatch.setattr(
        demand_model, "candidates", lambda country, seed: [one for one in everyone(country, seed) if one.name in QUICK]
    )
    return lambda: sell(DAYS, 10, factor=50.0, products=4)


def _customers(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Sixty customers, each with a rhythm; some stop half-way."""
    serve(0, DAYS)
    return lambda: serve(DAYS, 10, factor=50.0)


def _leavers(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Nearly a year of customers who stay or leave, up to the last day of the other shops."""
    trade(FIRST + timedelta(days=DAYS - 1))
    return lambda: sell(DAYS, 10, factor=50.0, products=4)


def _fleet(monkeypatch: pytest.MonkeyPatch) -> Later:
    """A van and a truck, a trip a day each."""
    drive()
    return lambda: drive(DAYS, 10, factor=50.0)


def _market(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Five products whose prices change every week."""
    market(0, DAYS)
    return lambda: market(DAYS, 10, factor=50.0, described=False)


SHOPS: dict[str, Callable[[pytest.MonkeyPatch], Later]] = {
    "churn": _leavers,
    "demand": _small_shop,
    "prices": _market,
    "propensity": _customers,
    "route-cost": _fleet,
    "segments": _customers,
}
SPECS = {spec.name: spec for capability in capabilities() for spec in capability.models if spec.trainer}


def silent(share: float, message: str, **values: Any) -> None:
    assert 0 <= share <= 1 and message


@pytest.fixture(params=SPECS, ids=str)
def model(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def later(model: str, sqlite_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Later:
    return SHOPS[model](monkeypatch)


@pytest.fixture
def trainer(model: str, later: Later) -> Trainer:
    return load(SPECS[model].trainer or "")()


@pytest.fixture
def learning(trainer: Trainer, sqlite_database: Engine) -> Learning:
    with Session(sqlite_database) as session:
        return trainer.read(session, Dataset.COMPANY.value)


@pytest.fixture
def hold_out(trainer: Trainer, learning: Learning) -> HoldOut:
    return HoldOut(learning.last - timedelta(days=trainer.hold_out_days), learning.last)


@pytest.fixture
def fitted(trainer: Trainer, learning: Learning, hold_out: HoldOut) -> Fitted:
    return trainer.fit(learning, trainer.recipes()[0], hold_out.eve, silent)


def same(one: Evaluation, other: Evaluation) -> None:
    assert dict(one.losses) == pytest.approx(dict(other.losses), rel=1e-3, abs=1e-6)
    assert dict(one.metrics) == pytest.approx(dict(other.metrics), rel=1e-3, abs=1e-3)


def test_every_model_with_a_trainer_is_tested_here() -> None:
    assert set(SHOPS) == set(SPECS)


def test_recipes_are_told_apart_by_name_and_digest(trainer: Trainer) -> None:
    recipes = trainer.recipes()
    assert len({recipe.name for recipe in recipes}) == len({recipe.digest for recipe in recipes}) == len(recipes) >= 1


def test_it_says_what_it_learns_from(trainer: Trainer, learning: Learning) -> None:
    assert learning.rows > 0 and learning.first < learning.last and learning.data_version
    assert trainer.new_rows(learning, learning.last) == 0
    assert 0 < trainer.new_rows(learning, learning.last - timedelta(days=7)) < learning.rows


def test_its_data_passes_the_leak_guard(trainer: Trainer, learning: Learning, hold_out: HoldOut) -> None:
    table = trainer.guard(learning, hold_out.eve)
    leakage.check(table)
    assert table.dated and all(times.max() <= pd.Timestamp(hold_out.eve) for times in table.dated.values())


def test_the_same_fit_twice_scores_the_same(
    trainer: Trainer, learning: Learning, hold_out: HoldOut, fitted: Fitted
) -> None:
    again = trainer.fit(learning, trainer.recipes()[0], hold_out.eve, silent)
    same(trainer.evaluate(fitted, learning, hold_out), trainer.evaluate(again, learning, hold_out))


def test_an_evaluation_is_complete(trainer: Trainer, learning: Learning, hold_out: HoldOut, fitted: Fitted) -> None:
    found = trainer.evaluate(fitted, learning, hold_out)
    assert found.losses and found.losses.keys() <= found.baseline.keys()
    assert np.isfinite([*found.losses.values(), *found.metrics.values()]).all()
    assert trainer.metric in found.metrics and all(trainer.metric in one for one in found.baselines.values())
    assert found.predictions["actual"].notna().all() and found.shown in set(found.predictions["subject"])
    midnight = pd.Timestamp(hold_out.eve, tz="UTC")
    assert (found.predictions["target_at"] > midnight).all()


def test_nothing_after_the_cutoff_changes_a_fit(
    trainer: Trainer,
    learning: Learning,
    hold_out: HoldOut,
    fitted: Fitted,
    later: Later,
    sqlite_database: Engine,
) -> None:
    later()
    with Session(sqlite_database) as session:
        known_later = trainer.read(session, Dataset.COMPANY.value)
    assert known_later.last > learning.last
    other = trainer.fit(known_later, trainer.recipes()[0], hold_out.eve, silent)
    same(trainer.evaluate(fitted, learning, hold_out), trainer.evaluate(other, learning, hold_out))


def test_files_bring_the_same_model_back(
    trainer: Trainer, learning: Learning, hold_out: HoldOut, fitted: Fitted, tmp_path: Any
) -> None:
    package = trainer.dump(fitted)
    manifest = artifact.Manifest("m", "1", package.kind, "", ("", ""), {}, {}, dict(package.libraries))
    digest = artifact.write(tmp_path, manifest, package.files)
    restored = trainer.restore(artifact.read(tmp_path, digest)[1])
    same(trainer.evaluate(fitted, learning, hold_out), trainer.evaluate(restored, learning, hold_out))


@pytest.mark.parametrize("files", [{}, {"other.json": b"{}"}, {"sums.json": b"[1]"}])
def test_files_of_something_else_are_refused(trainer: Trainer, files: dict[str, bytes]) -> None:
    with pytest.raises(ValueError):
        trainer.restore(files)


def test_a_model_asked_later_knows_what_came_in_between(
    trainer: Trainer, learning: Learning, hold_out: HoldOut, fitted: Fitted
) -> None:
    middle = HoldOut(hold_out.eve + timedelta(days=7), hold_out.last)
    found = trainer.evaluate(trainer.restore(trainer.dump(fitted).files), learning, middle)
    assert found.losses and (found.predictions["target_at"] > pd.Timestamp(middle.eve, tz="UTC")).all()


def test_an_update_reaches_the_present(trainer: Trainer, learning: Learning, fitted: Fitted) -> None:
    updated = trainer.update(fitted, learning, learning.last, silent)
    rows = trainer.predict(updated, learning, silent).rows
    assert len(rows) and (rows["target_at"] > pd.Timestamp(learning.last, tz="UTC")).all()


def test_it_publishes_what_the_ledger_takes(
    trainer: Trainer, learning: Learning, fitted: Fitted, sqlite_database: Engine
) -> None:
    predictions = trainer.predict(fitted, learning, silent)
    made = releasing.Trained("contract", trainer.dump(fitted), trainer.recipes()[0], learning, learning.last)
    with Session(sqlite_database) as session:
        version, told = releasing.release(session, trainer, made, predictions, "tester", "a test")
        session.commit()
        assert isinstance(told, dict) and version.key == f"contract/{version.version}"
        before = predictions.rows["target_at"].min() - pd.Timedelta(seconds=1)
        after = pd.Timestamp(learning.last + timedelta(days=trainer.answer_days + 2), tz="UTC")
        assert ledger.due(session, Dataset.COMPANY, "contract", before.to_pydatetime()).empty
        assert len(ledger.due(session, Dataset.COMPANY, "contract", after.to_pydatetime())) > 0
        assert next_version(session, "contract", "company") == "2"


def test_an_evaluation_can_be_written_down(
    trainer: Trainer, learning: Learning, hold_out: HoldOut, fitted: Fitted, sqlite_database: Engine
) -> None:
    """After it was kept as a draft between two steps of a run."""
    drafts.keep_evaluation(1, "contract", "challenger", trainer.evaluate(fitted, learning, hold_out))
    evaluation = drafts.evaluation(1, "contract", "challenger")
    made = releasing.Trained(
        "contract", trainer.dump(fitted), trainer.recipes()[0], learning, hold_out.eve, evaluation, "1"
    )
    with Session(sqlite_database) as session:
        version = releasing.save(session, made)
        releasing.judged(session, learning, version, evaluation)
        session.commit()
    assert version.metrics[trainer.metric] == pytest.approx(evaluation.metrics[trainer.metric])
