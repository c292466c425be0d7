"""The pipeline from backup to notification, on a small model."""

import base64
import re

from sqlmodel import Session, select

from ml_insights.accounts import service as accounts
from ml_insights.commerce.tables import Dataset
from ml_insights.core.access import Role
from ml_insights.core.settings import settings
from ml_insights.jobs.tables import JobStatus
from ml_insights.ledger import queries as ledger
from ml_insights.notifications.tables import Notification
from ml_insights.registry import queries as registry
from ml_insights.retraining import queries
from ml_insights.retraining.service import drafts
from ml_insights.retraining.service.report import headline
from ml_insights.retraining.tables import RunKind, StepName, StepStatus
from tests.integration.retraining.conftest import Register, Retrain, text_of
from tests.integration.retraining.sample import DAYS, published, sell


def test_the_first_run_goes_through_and_promotes(retrain: Retrain, session: Session) -> None:
    done = retrain()
    assert (done.status, done.error) == (JobStatus.DONE, None)
    assert done.result is not None and done.result["status"] == "done"
    told = done.result["models"]["sample"]
    assert told["promoted"] and "at least as good as the naive one" in told["reason"]
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and champion.version == told["version"] == "1"
    assert (champion.recipe, champion.promoted_by, champion.report) == ("level", "retrain", str(done.result["run"]))
    assert champion.metrics["mae"] > 0 and champion.data_version
    assert published(session)[0] == "sample/1"  # pyright: ignore[reportOptionalSubscript]


def test_every_step_is_a_row_with_its_time(retrain: Retrain, session: Session) -> None:
    done = retrain()
    run = queries.run_fact(session, done.result["run"])  # pyright: ignore[reportOptionalSubscript]
    assert [step.name for step in run.steps] == list(StepName)
    assert {step.status for step in run.steps} == {StepStatus.DONE}
    assert all(step.seconds > 0 and step.started_at and step.finished_at for step in run.steps)
    backup = run.of_model("")[StepName.BACKUP].result
    assert (settings().data_dir / "backups" / backup["name"]).exists()
    assert run.of_model("")[StepName.EXTRACT].result["sources"][0]["source"] == "tables"
    assert run.of_model("")[StepName.QUALITY].result["learnt"] == DAYS * 30
    assert not drafts.folder_of(run.id).exists()


def test_predictions_and_what_the_hold_out_said_are_in_the_ledger(retrain: Retrain, session: Session) -> None:
    retrain()
    story = ledger.story(session, Dataset.COMPANY, "product-3")
    assert len(story.predictions) == 7 + 14
    weeks = ledger.accuracy_by_week(session, Dataset.COMPANY, "sample", "evaluation")
    assert sum(week.outcomes for week in weeks) == 14 * 30
    assert ledger.accuracy_by_week(session, Dataset.COMPANY, "sample", "live") == []


def test_nothing_new_trains_nothing(retrain: Retrain, session: Session) -> None:
    retrain()
    again = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert not again["promoted"] and "Neither the data nor the recipe has changed" in again["reason"]
    assert len(registry.versions(session, "sample", "company")) == 1


def test_newer_data_renews_the_champion_and_the_former_one_stays_as_fallback(
    retrain: Retrain, session: Session
) -> None:
    retrain()
    sell(DAYS, 20)
    told = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert told["promoted"] and "The same recipe on newer data is not worse" in told["reason"]
    statuses = {one.version: one.status for one in registry.versions(session, "sample", "company")}
    assert statuses == {"2": "champion", "1": "fallback"}
    run = queries.latest_run(session, "company", RunKind.RETRAIN)
    assert run is not None
    judged = run.of_model("sample")[StepName.EVALUATE].result
    assert judged["rival"]["judged"] == "deployed" and set(judged["scores"]) == {"challenger", "deployed"}


def test_a_champion_that_knew_the_hold_out_is_not_scored_on_it(retrain: Retrain, session: Session) -> None:
    retrain()
    sell(DAYS, 5)
    told = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    run = queries.latest_run(session, "company")
    assert run is not None
    judged = run.of_model("sample")[StepName.EVALUATE].result
    assert judged["rival"]["judged"] == "refitted" and set(judged["scores"]) == {"challenger"}
    assert told["promoted"]
    assert "already seen part of the hold-out" in text_of(session, run.id)


def test_a_worse_recipe_is_refused_kept_on_record_and_the_champion_answers_about_the_present(
    retrain: Retrain, session: Session
) -> None:
    retrain()
    before = published(session)
    sell(DAYS, 20)
    told = retrain(recipe="bad").result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert not told["promoted"] and "worse beyond noise" in told["reason"]
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and champion.version == "1"
    refused = registry.version(session, "sample", "company", "2")
    assert refused is not None
    assert (refused.status, refused.recipe, refused.why.told("en")) == ("retired", "bad", told["reason"])
    session.expire_all()
    after = published(session)
    assert before is not None and after is not None and after[0] == "sample/1"


def test_a_better_recipe_is_promoted(retrain: Retrain, session: Session) -> None:
    retrain()
    told = retrain(recipe="good").result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert told["promoted"] and "better beyond noise" in told["reason"]
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and champion.recipe == "good"


def test_the_products_choice_does_not_displace_a_better_recipe_which_is_renewed(
    retrain: Retrain, session: Session
) -> None:
    retrain(recipe="good")
    sell(DAYS, 20)
    told = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert told["promoted"] and "The same recipe on newer data" in told["reason"]
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and (champion.recipe, champion.version) == ("good", "2")
    run = queries.latest_run(session, "company")
    assert run is not None
    decisions = run.of_model("sample")[StepName.EVALUATE].result["decisions"]
    assert [one["question"] for one in decisions] == ["new-recipe", "newer-data"]


def test_a_failing_model_stops_no_other(retrain: Retrain, register: Register, session: Session) -> None:
    register("BrokenTrainer", "SampleTrainer")
    done = retrain()
    assert done.status == JobStatus.DONE and done.result is not None
    assert done.result["status"] == "partly-failed"
    assert "matrix is singular" in done.result["models"]["broken"]["failed"]
    assert done.result["models"]["sample"]["promoted"]
    run = queries.latest_run(session, "company")
    assert run is not None
    broken = run.of_model("broken")
    assert [broken[name].status for name in (StepName.TRAIN, StepName.PUBLISH)] == ["failed", "skipped"]
    assert "matrix is singular" in text_of(session, run.id)


def test_a_leak_fails_the_training_and_says_where(retrain: Retrain, register: Register, session: Session) -> None:
    register("LeakyTrainer")
    failed = retrain()
    assert failed.status == JobStatus.FAILED and "“invoiced_later” knows the answer" in failed.error_in("en")
    assert registry.versions(session, "leaky", "company") == []


def test_a_model_without_data_is_not_used_and_fails_nothing(
    retrain: Retrain, register: Register, session: Session
) -> None:
    register("OneClassTrainer", "SampleTrainer")
    done = retrain()
    assert done.status == JobStatus.DONE and done.result is not None
    unused = done.result["models"]["oneclass"]
    assert (done.result["status"], unused["failed"], unused["promoted"]) == ("done", "", False)
    assert "Every example has the same answer" in unused["unused"]
    assert done.result["models"]["sample"]["promoted"]
    assert registry.versions(session, "oneclass", "company") == []
    (listed,), _ = queries.reports(session, "company")
    assert headline(listed.run, "en") == "Renewed: SampleTrainer. Not used, for want of data: OneClassTrainer."


def test_the_report_is_one_file_that_says_what_happened(retrain: Retrain, session: Session) -> None:
    retrain()
    sell(DAYS, 20)
    retrain(recipe="good")
    listed, total = queries.reports(session, "company")
    assert total == 2 and headline(listed[0].run, "en") == "Renewed: SampleTrainer."
    text = text_of(session, listed[0].run.id)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert headings[0].startswith("Retraining of ") and headings[1:] == [
        "What changed and why",
        "SampleTrainer",
        "Data",
        "Time",
    ]
    assert "Is the new recipe better? Yes." in text and "{" not in re.sub(r"\(data:[^)]*\)", "", text)
    images = re.findall(r"!\[[^]]+]\(data:image/png;base64,([^)]+)\)", text)
    assert len(images) == 4
    assert all(base64.b64decode(image).startswith(b"\x89PNG") for image in images)


def test_those_who_manage_models_are_told_with_a_link(retrain: Retrain, session: Session) -> None:
    for email, role in (("ana@x.cl", Role.ANALYST), ("sal@x.cl", Role.SALES)):
        accounts.add_user(session, email, "Somebody", role, "correct horse 9", "test")
    session.commit()
    retrain()
    (told,) = session.exec(select(Notification)).all()
    assert (told.title, told.kind, told.route) == ("Models were retrained", "success", "/models/reports?run=1")
    assert told.message_values["told"] == {"en": "Renewed: SampleTrainer.", "es": "Renovado: SampleTrainer."}


def test_continuous_learning_waits_for_new_rows_and_then_renews(retrain: Retrain, session: Session) -> None:
    retrain()
    nothing = retrain("continuous-learning")
    assert nothing.result is not None and not nothing.result["models"]["sample"]["promoted"]
    sell(DAYS, 2)
    assert not retrain("continuous-learning").result["models"]["sample"]["promoted"]  # pyright: ignore
    sell(DAYS + 2, 5)
    told = retrain("continuous-learning").result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert told["promoted"] and "newer data is not worse" in told["reason"]
    statuses = {one.version: one.status for one in registry.versions(session, "sample", "company")}
    assert statuses == {"2": "champion", "1": "fallback"}
    run = queries.latest_run(session, "company", RunKind.CONTINUOUS)
    assert run is not None
    assert StepName.BACKUP not in run.of_model("")
    assert run.of_model("sample")[StepName.EVALUATE].result["rival"]["judged"] == "deployed"


def test_newer_data_that_makes_the_model_worse_is_refused(retrain: Retrain, session: Session) -> None:
    retrain()
    sell(DAYS, 14, factor=4.0)
    sell(DAYS + 14, 14)
    told = retrain().result["models"]["sample"]  # pyright: ignore[reportOptionalSubscript]
    assert not told["promoted"] and "is worse by more than" in told["reason"]
    champion = registry.champion(session, "sample", "company")
    assert champion is not None and champion.version == "1"
