"""A shop whose sales a small model learns from."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from ml_insights.core.database import transaction
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.retraining.service import models
from tests.integration.retraining.sample import DAYS, capability, sell

Retrain = Callable[..., RunFact]
Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Say which models there are, by the names of their trainers."""

    def registered(*trainers: str) -> None:
        monkeypatch.setattr(models, "capabilities", lambda: (capability(*trainers),))

    return registered


@pytest.fixture
def shop(database: Engine, register: Register) -> Engine:
    """Sales of 120 days, and the small model."""
    sell(0, DAYS)
    register("SampleTrainer")
    return database


def enqueue(job: str = "retrain", **arguments: Any) -> int:
    with transaction() as session:
        return service.enqueue(session, job, "tester", **arguments).id or 0


@pytest.fixture
def retrain(shop: Engine) -> Retrain:
    """Run a job of retraining in this process, as a worker does."""

    def run(job: str = "retrain", **arguments: Any) -> RunFact:
        return runner.run_now(enqueue(job, **arguments))

    return run
