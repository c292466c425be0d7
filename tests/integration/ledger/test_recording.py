"""What enters the ledger and how it is read again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.ledger import queries, service
from ml_insights.ledger.errors import UnknownPrediction
from tests.integration.ledger.conftest import MADE, MATURED, add_outcomes, add_predictions, forecasts

COMPANY, DEMO = Dataset.COMPANY, Dataset.DEMO
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_story_is_told_from_prediction_to_outcome(chain: Engine, session: Session) -> None:
    story = queries.story(session, COMPANY, "units/product/P-0")
    assert (story.total_predictions, len(story.predictions)) == (14, 14)
    first = story.predictions[0]
    assert (first.model, first.purpose, first.made_at, first.reasons) == ("demand/1", "live", MADE, "auto_ets")
    assert first.target_at == MADE + timedelta(days=1)
    assert first.outcome is not None and first.value is not None
    assert first.outcome.actual == pytest.approx(first.value + 1.5)
    assert first.outcome.matured_at == MATURED
    (decision,) = story.decisions
    assert (decision.action, decision.by, decision.prediction_id) == ("ordered", "ana@example.com", first.id)
    assert decision.detail == {"quantity": 40}


def test_the_other_data_set_knows_nothing_of_it(chain: Engine, session: Session) -> None:
    add_predictions(forecasts(), DEMO)
    assert queries.story(session, DEMO, "units/product/P-0").decisions == ()
    assert queries.latest_decisions(session, DEMO, "ordered", ["units/product/P-0"]) == {}
    assert queries.accuracy_by_week(session, DEMO, "demand") == []
    assert queries.first_prediction(session, DEMO, "demand/1", "units/product/P-0") is not None


def test_a_decision_hangs_on_what_was_said_live_and_not_on_a_later_judgement(chain: Engine, session: Session) -> None:
    live = queries.first_prediction(session, COMPANY, "demand/1", "units/product/P-0")
    add_predictions(forecasts(), purpose="evaluation")
    assert queries.first_prediction(session, COMPANY, "demand/1", "units/product/P-0") == live is not None
    again = add_predictions(forecasts())
    assert queries.first_prediction(session, COMPANY, "demand/1", "units/product/P-0") in again


def test_nothing_known_is_told_as_nothing(database: Engine, session: Session) -> None:
    story = queries.story(session, COMPANY, "units/product/P-0")
    assert (story.predictions, story.decisions, story.total_predictions) == ((), (), 0)
    assert queries.due(session, COMPANY, "demand", FAR).empty
    assert service.record_predictions(session, COMPANY, "demand/1", forecasts().iloc[:0], MADE) == range(0)


def test_a_prediction_that_was_acted_on_is_told_however_old(chain: Engine, session: Session) -> None:
    add_predictions(forecasts(), model="demand/2")
    story = queries.story(session, COMPANY, "units/product/P-0", limit=3)
    assert [one.model for one in story.predictions] == ["demand/2"] * 3 + ["demand/1"]


def test_the_last_decision_counts(chain: Engine, session: Session) -> None:
    with transaction() as writing:
        service.record_decision(writing, COMPANY, "units/product/P-0", "ordered", "rule:reorder")
    latest = queries.latest_decisions(session, COMPANY, "ordered", ["units/product/P-0", "units/product/P-1"])
    assert {subject: one.by for subject, one in latest.items()} == {"units/product/P-0": "rule:reorder"}


def test_what_is_due_is_matured_and_without_outcome(chain: Engine, session: Session) -> None:
    until = MADE + timedelta(days=3)
    due = queries.due(session, COMPANY, "demand", until)
    assert due["subject"].tolist() == ["units/product/P-1"] * 3
    assert due["target_at"].max() == pd.Timestamp(until)
    assert len(queries.due(session, COMPANY, "demand", FAR)) == 14
    assert queries.due(session, COMPANY, "demand", MADE).empty
    assert queries.due(session, COMPANY, "churn", FAR).empty


def test_what_is_due_comes_in_pages(chain: Engine, session: Session) -> None:
    add_predictions(forecasts(), model="demand/2")
    found, after = [], 0
    while len(page := queries.due(session, COMPANY, "demand", FAR, after=after, limit=9)):
        after = int(page["prediction_id"].max())
        found += page["prediction_id"].tolist()
    assert found == queries.due(session, COMPANY, "demand", FAR)["prediction_id"].tolist()
    assert len(found) == 42


def test_an_outcome_is_recorded_once(chain: Engine, session: Session) -> None:
    ids = queries.due(session, COMPANY, "demand", FAR)["prediction_id"].tolist()
    earlier = [one.id for one in queries.story(session, COMPANY, "units/product/P-0").predictions]
    assert add_outcomes(earlier + ids, np.zeros(28).tolist()) == 14
    assert add_outcomes(earlier + ids, np.ones(28).tolist()) == 0
    assert queries.due(session, COMPANY, "demand", FAR).empty
    told = queries.story(session, COMPANY, "units/product/P-0").predictions
    assert all(one.outcome and one.outcome.actual for one in told)


def test_a_prediction_whose_subject_is_gone_is_closed_with_a_reason(chain: Engine, session: Session) -> None:
    ids = queries.due(session, COMPANY, "demand", FAR)["prediction_id"]
    rows = pd.DataFrame({"prediction_id": ids, "actual": np.nan, "reason": "the product is gone"})
    with transaction() as writing:
        assert service.record_outcomes(writing, COMPANY, rows, MATURED) == 14
    told = queries.story(session, COMPANY, "units/product/P-1").predictions
    assert {one.outcome and one.outcome.reason for one in told} == {"the product is gone"}
    weeks = queries.accuracy_by_week(session, COMPANY, "demand")
    assert [(week.outcomes, week.closed) for week in weeks] == [(12, 6), (14, 7), (2, 1)]


def test_outcomes_of_another_data_set_are_refused(chain: Engine, session: Session) -> None:
    ids = add_predictions(forecasts(), DEMO)
    for wrong in (ids[0], 5, ids[-1] + 1):
        with pytest.raises(UnknownPrediction):
            add_outcomes([wrong], [1.0])
    assert service.verify(session, COMPANY).blocks == 3


def test_a_decision_on_an_unknown_prediction_is_refused(chain: Engine, session: Session) -> None:
    with pytest.raises(UnknownPrediction):
        service.record_decision(session, COMPANY, "x", "ordered", "rule:reorder", 12)
    theirs = add_predictions(forecasts(), DEMO)[0]
    with pytest.raises(UnknownPrediction):
        service.record_decision(session, COMPANY, "x", "ordered", "rule:reorder", theirs)


@pytest.mark.parametrize(
    "change",
    [
        {"value": np.inf},
        {"value": np.nan},
        {"probability": 1.5},
        {"target_at": datetime(2025, 1, 1)},
        {"target_at": pd.NaT},
        {"surprise": 1},
    ],
)
def test_what_is_no_prediction_is_refused(chain: Engine, session: Session, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        service.record_predictions(session, COMPANY, "demand/1", forecasts().assign(**change), MADE)  # pyright: ignore


def test_an_outcome_needs_a_value_or_a_reason(chain: Engine, session: Session) -> None:
    ids = queries.due(session, COMPANY, "demand", FAR)["prediction_id"].tolist()
    for actual in (np.nan, np.inf):
        with pytest.raises(ValueError, match="finite actual"):
            add_outcomes(ids[:1], [actual])
    with pytest.raises(ValueError, match="one outcome"):
        add_outcomes([ids[0], ids[0]], [1.0, 1.0])


def test_strange_text_comes_back_as_it_went_in(database: Engine, session: Session) -> None:
    names = ["ñandú/💡", "a,b\"c'd", "line\nbreak", " ", "=1+1"]
    rows = pd.DataFrame({"subject": names, "target_at": MADE, "probability": [0, 1, 0.5, 0.25, 1e-300]})
    reasons: list[Any] = [{"método": 1}, ["a"], "", None, "text"]
    rows["reasons"] = pd.Series(reasons)
    add_predictions(rows, model="churn/1")
    told = [queries.story(session, COMPANY, name).predictions[0] for name in names]
    assert [one.probability for one in told] == [0, 1, 0.5, 0.25, 1e-300]
    assert [one.reasons for one in told] == ['{"método": 1}', '["a"]', "", None, "text"]
    assert service.verify(session, COMPANY).breach is None


def test_predictions_of_the_last_hour_are_counted_by_model(database: Engine, session: Session) -> None:
    add_predictions(forecasts())
    add_predictions(forecasts(), DEMO)
    add_predictions(forecasts(1, 1), model="demand/2")
    add_predictions(forecasts(), purpose="evaluation")
    assert queries.predictions_last_hour(session) == {("company", "demand"): 29, ("demo", "demand"): 28}


@pytest.mark.parametrize("table", ["predictions", "decisions", "outcomes", "scores", "blocks"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_refuses_to_change_what_is_written(chain: Engine, session: Session, table: str, act: str) -> None:
    column = {"scores": "closed", "blocks": "row_count"}.get(table, "id")
    statement = act.format(f"ledger_{table}", column, column)
    with pytest.raises(Exception, match="append-only"):
        session.execute(text(statement))


def test_the_company_s_chain_cannot_be_taken_away(chain: Engine, session: Session) -> None:
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("DELETE FROM ledger_chains"))
