"""Demand in the model factory: retrained, refused, promoted, rolled back, written down and checked against sales."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml.demand import model
from ml.demand.candidates import candidates
from ml_insights.commerce.service import mark_changed
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.demand import queries
from ml_insights.demand.policy import FORECAST_DAYS, NEEDS_TRAINING
from ml_insights.jobs import runner
from ml_insights.jobs import service as jobs
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger import queries as ledger
from ml_insights.registry import queries as registry
from ml_insights.retraining import queries as retraining
from ml_insights.retraining.service import activation
from ml_insights.retraining.tables import StepName
from tests.integration.demand.conftest import DAYS, FIRST_DAY, WEEK, add_lines, compute, line

QUICK = ("seasonal_naive", "damped_trend", "drift_theta")


@pytest.fixture
def bakery(database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Twelve breads with a weekly rhythm and a level that wanders, which smoothing follows and the last week misses."""
    monkeypatch.setattr(
        model, "candidates", lambda country, seed: [one for one in candidates(country, seed) if one.name in QUICK]
    )
    bake(0, DAYS)
    return database


def bake(first: int, days: int, breads: int = 12) -> None:
    lines = []
    for bread in range(breads):
        for day in range(first, first + days):
            noise = ((day * 7919 + bread * 104_729) % 100) / 100 - 0.5
            lines.append(line(f"bread-{bread}", day, round((WEEK[day % 7] + 5 + bread) * (1 + noise), 2)))
    add_lines(lines)
    with transaction() as session:
        mark_changed(session, Dataset.COMPANY)


def retrain(job: str = "retrain", **arguments: object) -> dict[str, object]:
    with transaction() as session:
        run_id = jobs.enqueue(session, job, "tester", models=["demand"], **arguments).id or 0
    done = runner.run_now(run_id)
    assert (done.status, done.error) == (JobStatus.DONE, None)
    assert done.result is not None
    return done.result["models"]["demand"]


def release(session: Session) -> queries.ReleaseFact:
    session.expire_all()
    found = queries.current_release(session, Dataset.COMPANY)
    assert found is not None
    return found


def champion(session: Session) -> tuple[str, str]:
    session.expire_all()
    found = registry.champion(session, "demand", "company")
    assert found is not None
    return found.version, found.recipe


def test_it_is_retrained_and_its_judgement_is_on_record(bakery: Engine, session: Session) -> None:
    told = retrain()
    assert told["promoted"] and champion(session) == ("1", "standard")
    assert release(session).model_version == "demand/1"
    version = registry.version(session, "demand", "company", "1")
    assert version is not None
    assert 0 < version.metrics["mase"] < 1.2 and 0.6 < version.metrics["coverage_80"] <= 1
    weeks = ledger.accuracy_by_week(session, Dataset.COMPANY, "demand", "evaluation")
    assert sum(week.outcomes for week in weeks) == 28 * 26
    assert all(week.mase is not None and week.skill is not None for week in weeks)


def test_a_worse_recipe_is_refused_and_a_better_one_promoted(bakery: Engine, session: Session) -> None:
    retrain(recipe="seasonal-naive")
    assert champion(session) == ("1", "seasonal-naive")
    better = retrain(recipe="standard")
    assert better["promoted"] and champion(session) == ("2", "standard")
    worse = retrain(recipe="seasonal-naive")
    assert not worse["promoted"] and "worse beyond noise" in str(worse["reason"])
    assert champion(session) == ("2", "standard") and release(session).model_version == "demand/2"


def test_a_rollback_forecasts_the_present_with_the_former_version(bakery: Engine, session: Session) -> None:
    retrain(recipe="seasonal-naive")
    bake(DAYS, 3)
    retrain(recipe="standard")
    assert release(session).data_until == (FIRST_DAY + timedelta(days=DAYS + 2)).date()
    activation.rollback("demand", "company").write(session, "ana@x.cl", "an exercise")
    session.commit()
    now = release(session)
    assert (now.model_version, now.data_until) == ("demand/1", (FIRST_DAY + timedelta(days=DAYS + 2)).date())
    detail = queries.series_detail(session, now.id, ["units/product/bread-1"])
    assert detail is not None and detail.method == "seasonal_naive" and len(detail.forecast) == FORECAST_DAYS
    assert detail.forecast[0].mean == pytest.approx(detail.history[-7], abs=0.01)


def test_a_product_that_the_champion_never_saw_says_so(bakery: Engine, session: Session) -> None:
    retrain(recipe="seasonal-naive")
    bake(DAYS, 10, breads=13)
    worse = retrain(recipe="seasonal-naive")
    assert worse["promoted"]
    activation.rollback("demand", "company").write(session, "ana@x.cl", "an exercise")
    session.commit()
    new = queries.series_detail(session, release(session).id, ["units/product/bread-12"])
    assert new is not None and new.ref.refusal == NEEDS_TRAINING and not new.forecast


def test_the_pages_recompute_keeps_the_champions_recipe(bakery: Engine, session: Session) -> None:
    retrain(recipe="seasonal-naive")
    done = compute(force=True)
    assert done.status == JobStatus.DONE and champion(session) == ("2", "seasonal-naive")
    version = registry.version(session, "demand", "company", "2")
    assert version is not None and "Recomputed" in version.why.told("en") and "backtest_mase" in version.metrics


def test_continuous_learning_renews_it(bakery: Engine, session: Session) -> None:
    retrain()
    bake(DAYS, 7)
    told = retrain("continuous-learning")
    assert told["promoted"] and champion(session) == ("2", "standard")
    assert release(session).data_until == (FIRST_DAY + timedelta(days=DAYS + 6)).date()
    run = retraining.latest_run(session, "company")
    assert run is not None
    assert run.of_model("demand")[StepName.EVALUATE].result["rival"]["judged"] == "deployed"


def test_predictions_mature_into_what_was_sold(bakery: Engine, session: Session) -> None:
    with clock.frozen(FIRST_DAY + timedelta(days=DAYS)):
        retrain()
    bake(DAYS, 9)
    with transaction() as changing:
        run_id = jobs.enqueue(changing, "mature-outcomes", "tester").id or 0
    assert runner.run_now(run_id).error is None
    story = ledger.story(session, Dataset.COMPANY, "units/product/bread-2")
    live = sorted((one for one in story.predictions if one.purpose == "live"), key=lambda one: one.target_at)
    actual = [one.outcome.actual if one.outcome else None for one in live]
    sold = [
        round((WEEK[day % 7] + 7) * (1 + ((day * 7919 + 2 * 104_729) % 100) / 100 - 0.5), 2) for day in range(200, 208)
    ]
    assert actual[:8] == pytest.approx(sold) and actual[8:] == [None] * 20


def test_what_retraining_refused_is_not_put_to_use_the_champion_answers(
    bakery: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    retrain(recipe="seasonal-naive")
    bake(DAYS, 3)
    found = registry.version(session, "demand", "company", "1")
    refused = None if found is None else replace(found, id=found.id + 1, version="9")
    monkeypatch.setattr(registry, "refused", lambda *_: refused)
    assert compute(force=True).error is None
    assert champion(session) == ("1", "seasonal-naive") and release(session).model_version == "demand/1"
    assert release(session).data_until == (FIRST_DAY + timedelta(days=DAYS + 2)).date()
