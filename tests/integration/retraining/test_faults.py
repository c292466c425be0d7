"""Whatever goes wrong in the middle: the old champion answers, and another start finishes."""

import errno
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from ml import artifact
from ml_insights.core import clock
from ml_insights.core.database import reading, transaction
from ml_insights.jobs import queries as job_queries
from ml_insights.jobs import runner
from ml_insights.jobs import service as jobs
from ml_insights.jobs.policy import PATIENCE
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger.tables import LedgerPrediction
from ml_insights.notifications.tables import Notification
from ml_insights.registry import queries as registry
from ml_insights.registry import service as models
from ml_insights.retraining import pipeline, queries
from ml_insights.retraining.errors import RunTakenOver
from ml_insights.retraining.service import drafts, runs
from ml_insights.retraining.tables import RetrainReport, RunKind, RunStatus, StepName, StepStatus
from tests.integration.retraining.conftest import Register, Retrain, enqueue, text_of
from tests.integration.retraining.sample import DAYS, SampleTrainer, published, sell

MOMENTS = [*((step, "end") for step in StepName), (StepName.TRAIN, "middle"), (StepName.PUBLISH, "middle")]


def champion(model: str = "sample") -> str | None:
    with reading() as session:
        found = registry.champion(session, model, "company")
    return found.version if found else None


def answer() -> tuple[str, float] | None:
    with reading() as session:
        return published(session)


def counted(table: Any) -> int:
    with reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


@pytest.mark.parametrize(("step", "moment"), MOMENTS, ids=str)
def test_killed_during_a_step_it_goes_on_and_ends_the_same(retrain: Retrain, step: StepName, moment: str) -> None:
    retrain(recipe="level")
    before, predictions = answer(), counted(LedgerPrediction)
    sell(DAYS, 20)
    run_id = enqueue()
    killed = subprocess.run(
        [sys.executable, "-m", "tests.integration.retraining.sample", str(run_id), step.value, moment],
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    over = step in (StepName.REPORT, StepName.NOTIFY)
    assert answer() == before if not over else answer() != before
    assert champion() == ("2" if over else "1")
    with clock.frozen(clock.now() + PATIENCE + timedelta(seconds=1)):
        done = runner.run_now(run_id)

    assert (done.status, done.error) == (JobStatus.DONE, None)
    assert done.result is not None and done.result["status"] == "done" and done.result["run"] == 2
    assert champion() == "2" and answer()[0] == "sample/2"  # pyright: ignore[reportOptionalSubscript]
    assert counted(LedgerPrediction) == predictions + (7 + 14) * 30
    assert counted(RetrainReport) == 2


def test_steps_that_are_done_are_not_repeated(retrain: Retrain, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[StepName] = []
    for name, body in pipeline.BODIES.items():
        monkeypatch.setitem(pipeline.BODIES, name, _noting(began, name, body))
    publish = pipeline.BODIES[StepName.PUBLISH]
    monkeypatch.setitem(pipeline.BODIES, StepName.PUBLISH, _interrupt)
    run_id = enqueue()
    with pytest.raises(KeyboardInterrupt):
        runner.run_now(run_id)
    assert began[-1] == StepName.REFIT
    monkeypatch.setitem(pipeline.BODIES, StepName.PUBLISH, publish)
    began.clear()
    assert runner.run_now(run_id).status == JobStatus.DONE
    assert began == [StepName.PUBLISH, StepName.REPORT, StepName.NOTIFY]


def _noting(began: list[StepName], name: StepName, body: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        began.append(name)
        return body(*arguments)

    return noted


def _interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


def test_lost_drafts_are_made_again(retrain: Retrain, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = pipeline.BODIES[StepName.PUBLISH]
    monkeypatch.setitem(pipeline.BODIES, StepName.PUBLISH, _interrupt)
    run_id = enqueue()
    with pytest.raises(KeyboardInterrupt):
        runner.run_now(run_id)
    (drafts.folder_of(1, "sample") / "challenger" / "level.json").write_text("{}")
    monkeypatch.setitem(pipeline.BODIES, StepName.PUBLISH, publish)
    done = runner.run_now(run_id)
    assert done.result is not None and done.result["models"]["sample"]["promoted"]


def test_an_attempt_that_was_overtaken_changes_nothing(retrain: Retrain, session: Session) -> None:
    with transaction() as changing:
        run, attempt = runs.begin(changing, RunKind.RETRAIN, "company", {"models": ["sample"], "dataset": ""})
        again, later = runs.begin(changing, RunKind.RETRAIN, "company", {"models": ["sample"], "dataset": ""})
        assert (again.id, later) == (run.id, attempt + 1)
    with pytest.raises(RunTakenOver), transaction() as changing:
        runs.hold(changing, run.id, attempt)
    with transaction() as changing:
        runs.hold(changing, run.id, later)


def test_another_question_does_not_go_on_with_the_interrupted_run(session: Session, database: Engine) -> None:
    first, _ = runs.begin(session, RunKind.RETRAIN, "company", {"models": ["sample"], "recipe": "", "dataset": ""})
    other, attempt = runs.begin(
        session, RunKind.RETRAIN, "company", {"models": ["sample"], "recipe": "good", "dataset": ""}
    )
    assert other.id != first.id and attempt == 1
    assert queries.run_fact(session, first.id).status == RunStatus.CANCELLED


def test_a_run_interrupted_long_ago_is_begun_anew(session: Session, database: Engine) -> None:
    request = {"models": ["sample"], "recipe": "", "dataset": ""}
    with clock.frozen(clock.now() - timedelta(days=3)):
        old, _ = runs.begin(session, RunKind.RETRAIN, "company", request)
    new, _ = runs.begin(session, RunKind.RETRAIN, "company", request)
    assert new.id != old.id


def test_a_cancelled_run_stops_and_leaves_no_drafts(retrain: Retrain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml_insights.jobs.progress.WRITE_EVERY_SECONDS", 0.0)
    run_id = enqueue()

    def cancel(share: float, message: str, values: dict[str, Any]) -> None:
        if message == "Fitting":
            with transaction() as session:
                jobs.request_cancel(session, run_id, "tester")

    assert runner.run_now(run_id, cancel).status == JobStatus.CANCELLED
    with reading() as session:
        run = queries.latest_run(session, "company")
    assert run is not None and run.status == RunStatus.CANCELLED
    assert not drafts.folder_of(run.id).exists() and champion() is None


@pytest.mark.parametrize("where", ["draft", "registry"])
def test_a_full_disk_fails_the_model_and_leaves_the_champion(
    retrain: Retrain, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    retrain()
    before = answer()
    sell(DAYS, 20)
    write = artifact.write

    def full(folder: Path, *rest: Any) -> str:
        if ("retraining" in folder.parts) == (where == "draft"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(folder, *rest)

    monkeypatch.setattr(artifact, "write", full)
    failed = retrain()
    assert failed.status == JobStatus.FAILED and "No space left on device" in failed.error_in("en")
    assert (champion(), answer()) == ("1", before)
    with reading() as session:
        assert len(registry.versions(session, "sample", "company")) == 1
    monkeypatch.undo()
    assert [path.name for path in (models.model_folder() / "company" / "sample").iterdir()] == ["1"]


def test_a_corrupted_champion_is_told_and_replaced(retrain: Retrain, session: Session) -> None:
    retrain()
    sell(DAYS, 20)
    (models.model_folder() / "company" / "sample" / "1" / "level.json").write_text("{}")
    told = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert told["promoted"] and champion() == "2"
    run = queries.latest_run(session, "company")
    assert run is not None
    assert run.of_model("sample")[StepName.EVALUATE].result["rival"]["judged"] == "unusable"
    assert "could not be loaded; only its recipe could be compared" in text_of(session, run.id)


def test_without_any_order_it_says_so(database: Engine, register: Register, session: Session) -> None:
    register("SampleTrainer")
    failed = runner.run_now(enqueue())
    assert failed.status == JobStatus.FAILED and "There is no order" in failed.error_in("en")
    run = queries.latest_run(session, "demo")
    assert run is not None and run.of_model("")[StepName.REPORT].status == StepStatus.DONE
    assert session.exec(select(Notification)).all() == []


def test_too_few_days_to_judge_by_make_a_first_model_that_says_so(
    database: Engine, register: Register, session: Session
) -> None:
    register("SampleTrainer")
    sell(0, 20)
    done = runner.run_now(enqueue())
    assert done.result is not None
    told = done.result["models"]["sample"]
    assert told["promoted"] and "it goes in unjudged" in told["reason"]
    sell(20, 5)
    again = runner.run_now(enqueue()).result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert not again["promoted"] and "no unit on the hold-out" in again["reason"]
    sell(25, 2, products=3)


def test_a_handful_of_rows_is_too_few(database: Engine, register: Register) -> None:
    register("SampleTrainer")
    sell(0, 3)
    done = runner.run_now(enqueue())
    assert done.status == JobStatus.DONE and done.result is not None
    assert "There are 3 examples to learn from" in done.result["models"]["sample"]["unused"]


def test_data_removed_under_way_publishes_nothing(
    retrain: Retrain, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    predict = SampleTrainer.predict

    def and_remove(self: SampleTrainer, *arguments: Any) -> Any:
        from ml_insights.retraining.tables import RetrainRun

        with transaction() as removing:
            for run in removing.exec(select(RetrainRun)):
                removing.delete(run)
        return predict(self, *arguments)

    monkeypatch.setattr(SampleTrainer, "predict", and_remove)
    failed = retrain()
    assert failed.status == JobStatus.FAILED and "its data was removed" in failed.error_in("en")
    assert champion() is None and answer() is None
    assert job_queries.latest_run(session, "retrain") is not None
