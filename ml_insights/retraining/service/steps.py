"""What a step is given and what it gives back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading, snapshot
from ml_insights.core.training import Fitted, Learning
from ml_insights.retraining import queries
from ml_insights.retraining.facts import RunFact, StepFact
from ml_insights.retraining.service.models import trainer_of
from ml_insights.retraining.tables import RunKind, StepName


@dataclass
class Context:
    """One attempt at a run. What is read and fitted is kept, so that later steps need not go back to the files."""

    run_id: int
    attempt: int
    kind: RunKind
    request: dict[str, Any]
    dataset: str
    learnings: dict[str, Learning] = field(default_factory=dict)
    fitted: dict[tuple[str, str], Fitted] = field(default_factory=dict)
    fit_seconds: float = 0.0

    def run(self) -> RunFact:
        """The run as it stands in the database."""
        with reading() as session:
            return queries.run_fact(session, self.run_id)

    def result(self, model: str, step: StepName) -> dict[str, Any]:
        """What an earlier step of a model found."""
        return dict(self.run().of_model(model)[step].result)

    def learning(self, model: str) -> Learning:
        """Everything the model learns from, read once per attempt; asked as at its training, whatever was set since."""
        if model not in self.learnings:
            with snapshot() as session:
                learning = trainer_of(model).read(session, self.dataset)
            trained = self.result(model, StepName.TRAIN)
            asked = trained.get("horizon", learning.horizon)
            self.learnings[model] = replace(learning, horizon=asked)
        return self.learnings[model]

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Counts what the model's own fits take."""
        started = time.perf_counter()
        yield
        self.fit_seconds += time.perf_counter() - started


@dataclass(frozen=True)
class Outcome:
    """What a step found, and what it writes in the transaction that marks it done.

    What `write` returns is added to `result`. `skipped`: nothing was to be done.
    """

    result: dict[str, Any] = field(default_factory=dict)
    write: Callable[[Session], dict[str, Any] | None] | None = None
    skipped: bool = False


Body = Callable[[Context, StepFact, Progress], Outcome]
"""Does a step's slow work, away from any transaction."""
