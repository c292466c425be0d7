"""Several writers at once keep one unbroken chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.ledger import queries, service
from tests.integration.ledger.conftest import add_outcomes, add_predictions, forecasts

COMPANY, DEMO = Dataset.COMPANY, Dataset.DEMO


def test_every_writer_s_block_is_in_the_chain(database: Engine, session: Session) -> None:
    def write(turn: int) -> None:
        add_predictions(forecasts(seed=turn), [COMPANY, DEMO][turn % 2])
        with transaction() as writing:
            service.record_decision(writing, COMPANY, "a", "ordered", f"rule:{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(16)))
    found = {dataset: service.verify(session, dataset) for dataset in Dataset}
    assert [(one.blocks, one.breach) for one in found.values()] == [(8 + 16, None), (8, None)]


def test_an_outcome_that_two_find_at_once_is_recorded_once(database: Engine, session: Session) -> None:
    ids = add_predictions(forecasts())
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda actual: add_outcomes(ids, [actual] * 28), [1.0, 2.0, 3.0, 4.0]))
    assert sorted(counts) == [0, 0, 0, 28]
    weeks = queries.accuracy_by_week(session, COMPANY, "demand")
    assert sum(week.outcomes for week in weeks) == 28
    assert service.verify(session, COMPANY).breach is None


def test_a_write_that_fails_leaves_no_gap(database: Engine, session: Session) -> None:
    add_predictions(forecasts())
    with pytest.raises(RuntimeError, match="the disk is full"), transaction() as writing:
        service.record_decision(writing, COMPANY, "a", "ordered", "rule:x")
        raise RuntimeError("the disk is full")
    add_predictions(forecasts())
    found = service.verify(session, COMPANY)
    assert (found.blocks, found.rows, found.breach) == (2, 56, None)
