"""Accuracy over time says what a plain computation over all rows says."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.ledger import queries
from tests.integration.ledger.conftest import MADE, add_outcomes, add_predictions, forecasts

COMPANY = Dataset.COMPANY
ERROR = 1.5


def test_weeks_say_what_the_rows_say(database: Engine, session: Session) -> None:
    random = np.random.default_rng(3)
    tables = []
    for seed in range(3):
        rows = forecasts(subjects=5, days=20, seed=seed)
        ids = add_predictions(rows, model=f"demand/{seed}")
        actual = rows["value"] + random.normal(0, 2, len(rows))
        for part in np.array_split(random.permutation(len(rows)), 4):
            add_outcomes([ids[place] for place in part], actual.to_numpy()[part])
        tables.append(rows.assign(actual=actual, version=str(seed)))
    every = pd.concat(tables)
    every["error"] = (every["value"] - every["actual"]).abs()
    # Noon in UTC is the morning of the same day in the business zone.
    weeks = every.groupby(pd.to_datetime(every["target_at"]).dt.tz_localize(None).dt.to_period("W"))
    found = queries.accuracy_by_week(session, COMPANY, "demand")
    assert [week.outcomes for week in found] == weeks.size().tolist()
    assert [week.mae for week in found] == pytest.approx(weeks["error"].mean().tolist())
    assert [week.coverage_80 for week in found] == pytest.approx(
        weeks.apply(lambda one: (one["error"] <= 1).mean()).tolist()
    )
    second = queries.accuracy_by_week(session, COMPANY, "demand", version="1")
    assert sum(week.outcomes for week in second) == 100
    whole = queries.accuracy_since(session, COMPANY, "demand", MADE.date())
    assert whole is not None and whole.mase == pytest.approx(every["error"].mean() / 2)
    assert queries.accuracy_since(session, COMPANY, "churn", MADE.date()) is None


def test_evaluations_are_told_apart_from_what_was_live(chain: Engine, session: Session) -> None:
    rows = forecasts()
    add_outcomes(add_predictions(rows, purpose="evaluation"), rows["value"].tolist())
    live = queries.accuracy_by_week(session, COMPANY, "demand", purpose="live")
    judged = queries.accuracy_by_week(session, COMPANY, "demand", purpose="evaluation")
    assert [week.outcomes for week in live] == [6, 7, 1] and {week.mae for week in judged} == {0.0}
    assert live[0].mae == pytest.approx(ERROR)


def test_probabilities_are_calibrated_or_not(database: Engine, session: Session) -> None:
    count = 2_000
    random = np.random.default_rng(0)
    chance = random.uniform(size=count)
    rows = pd.DataFrame({"subject": [f"c-{n}" for n in range(count)], "target_at": MADE, "probability": chance})
    actual = (random.uniform(size=count) < chance).astype(float)
    add_outcomes(add_predictions(rows, model="churn/1"), actual.tolist())
    found = queries.calibration(session, COMPANY, "churn")
    assert len(found.bins) == 10 and found.coverage == ()
    assert sum(one.predictions for one in found.bins) == count
    assert all(abs(one.predicted - one.observed) < 0.1 for one in found.bins)
    (week,) = queries.accuracy_by_week(session, COMPANY, "churn")
    assert week.auc is not None and 0.75 < week.auc < 0.9
    assert week.ece is not None and week.ece < 0.05


def test_bands_are_measured_against_their_promise(chain: Engine, session: Session) -> None:
    found = queries.calibration(session, COMPANY, "demand")
    assert found.bins == () and found.coverage == ((0.8, 0.0, 14), (0.95, 1.0, 14))
    assert queries.calibration(session, COMPANY, "demand", since=MADE.date().replace(year=2026)).coverage == ()


@pytest.mark.parametrize(("metric", "promised"), [("mae", 0.5), ("mase", 0.25), ("wape", 0.02)])
def test_an_error_above_its_promise_is_decay(chain: Engine, session: Session, metric: str, promised: float) -> None:
    assert queries.drift_of_error(session, COMPANY, "demand", promised, metric=metric).decayed
    kept = queries.drift_of_error(session, COMPANY, "demand", promised * 10, metric=metric)
    assert not kept.decayed and kept.recent > 0


@pytest.mark.parametrize(("metric", "expected"), [("brier", 0.64), ("log_loss", -np.log(0.2))])
def test_errors_of_probabilities_drift_too(database: Engine, session: Session, metric: str, expected: float) -> None:
    rows = pd.DataFrame({"subject": ["a", "b", "c"], "target_at": MADE, "probability": [0.2, 0.2, 0.2]})
    add_outcomes(add_predictions(rows, model="churn/1"), [1.0, 1.0, 1.0])
    found = queries.drift_of_error(session, COMPANY, "churn", 0.3, metric=metric)
    assert found.recent == pytest.approx(expected) and found.decayed


def test_only_recent_weeks_count_for_drift(chain: Engine, session: Session) -> None:
    errors = queries.recent_errors(session, COMPANY, "demand", "mae", weeks=1)
    assert errors["count"].sum() == 1
    assert queries.recent_errors(session, COMPANY, "demand", "mae", weeks=2)["count"].sum() == 8
    assert queries.recent_errors(session, COMPANY, "churn", "mae", weeks=2).empty
