"""A person's choice of version: forward, back, on the command line and over the API."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.core.access import Role
from ml_insights.core.errors import NotFound
from ml_insights.registry import queries as registry
from ml_insights.registry.errors import NoFallback, NoReason, NotPromotable
from ml_insights.registry.service import model_folder
from ml_insights.retraining import cli
from ml_insights.retraining.errors import UnknownModel, UnknownRecipe
from ml_insights.retraining.service import activation, models
from ml_insights.retraining.service import production as production_module
from ml_insights.retraining.service.production import production
from tests.integration.retraining.conftest import Client, Register, Retrain
from tests.integration.retraining.sample import DAYS, published, sell


@pytest.fixture
def two_versions(retrain: Retrain) -> Retrain:
    """Version 1 is the fallback, version 2 the champion, and 3 was refused."""
    retrain()
    sell(DAYS, 20)
    retrain(recipe="good")
    retrain(recipe="bad")
    return retrain


def champion(session: Session) -> str:
    session.expire_all()
    found = registry.champion(session, "sample", "company")
    assert found is not None
    return found.version


def test_a_rollback_brings_back_the_version_and_its_answers(two_versions: Retrain, session: Session) -> None:
    assert champion(session) == "2"
    now = activation.rollback("sample", "company").write(session, "ana@x.cl", "it was right")
    session.commit()
    assert (now.version, champion(session)) == ("1", "1")
    told = published(session)
    assert told is not None and told[0] == "sample/1"
    newest = registry.history(session, "sample", "company")[0]
    assert (newest.act, newest.by, newest.why.told("en")) == ("rollback", "ana@x.cl", "it was right")


def test_a_refused_version_can_be_promoted_by_hand(two_versions: Retrain, session: Session) -> None:
    activation.promotion("sample", "3", "company").write(session, "ana@x.cl", "an exercise")
    session.commit()
    assert champion(session) == "3"
    told = published(session)
    assert told is not None and told[0] == "sample/3"


def test_what_cannot_be_chosen_changes_nothing(two_versions: Retrain, session: Session) -> None:
    with pytest.raises(UnknownModel):
        activation.promotion("nothing", "1", "company")
    with pytest.raises(NotFound):
        activation.promotion("sample", "9", "company")
    with pytest.raises(NoReason):
        activation.rollback("sample", "company").write(session, "ana@x.cl", " ")
    session.rollback()
    (model_folder() / "company" / "sample" / "1" / "level.json").write_text("{}")
    with pytest.raises(NotPromotable):
        activation.rollback("sample", "company")
    assert champion(session) == "2"


def test_without_an_earlier_version_there_is_no_way_back(retrain: Retrain) -> None:
    retrain()
    with pytest.raises(NoFallback):
        activation.rollback("sample", "company")


def test_a_choice_that_came_too_late_is_refused(two_versions: Retrain, session: Session) -> None:
    late = activation.rollback("sample", "company")
    activation.promotion("sample", "3", "company").write(session, "bob@x.cl", "faster")
    session.commit()
    with pytest.raises(NotPromotable):
        late.write(session, "ana@x.cl", "slower")
    session.rollback()
    assert champion(session) == "3"


def test_production_says_what_answers_why_and_how_old_it_is(
    two_versions: Retrain, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production_module, "capabilities", models.capabilities)
    (fact,) = production(session, "company", "en")
    assert fact.champion is not None and fact.fallback is not None
    assert (fact.champion.version, fact.fallback.version) == ("2", "1")
    assert "better beyond noise" in fact.champion.why.told("en")
    assert fact.age is not None and fact.age.days > 100 and fact.overdue
    assert fact.last is not None and not fact.last.promoted and "worse beyond noise" in fact.last.reason
    (spanish,) = production(session, "company", "es")
    assert spanish.last is not None and "peor más allá del ruido" in spanish.last.reason


def test_the_command_line_retrains_lists_shows_and_rolls_back(
    retrain: Retrain, session: Session, app: typer.Typer, run_command: CliRunner
) -> None:
    done = run_command.invoke(app, ["retrain", "--model", "sample", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["models"]["sample"]["promoted"]
    assert run_command.invoke(app, ["retrain", "--recipe", "good"]).exit_code == 0
    shown = json.loads(run_command.invoke(app, ["models", "show", "sample", "--json"]).stdout)
    assert [one["version"] for one in shown["versions"]] == ["2", "1"]
    assert "beyond noise" in shown["versions"][0]["reason"] == shown["history"][0]["reason"]
    assert run_command.invoke(app, ["models", "show", "sample"]).exit_code == 0
    back = run_command.invoke(app, ["models", "rollback", "sample", "--reason", "an exercise"])
    assert back.exit_code == 0 and "Version 1 of sample answers now." in back.stdout
    forward = run_command.invoke(app, ["models", "promote", "sample", "2", "--reason", "back again", "--json"])
    assert forward.exit_code == 0 and json.loads(forward.stdout)["version"] == "2"
    assert champion(session) == "2"


def test_the_command_line_refuses_what_it_does_not_know(
    retrain: Retrain, app: typer.Typer, run_command: CliRunner
) -> None:
    assert isinstance(run_command.invoke(app, ["retrain", "--model", "nothing"]).exception, UnknownModel)
    assert isinstance(run_command.invoke(app, ["retrain", "--recipe", "nothing"]).exception, UnknownRecipe)


def test_exit_codes_can_be_trusted(
    retrain: Retrain, register: Register, app: typer.Typer, run_command: CliRunner
) -> None:
    register("SampleTrainer", "BrokenTrainer")
    partly = run_command.invoke(app, ["retrain", "--json"])
    assert partly.exit_code == cli.PARTLY_FAILED
    assert json.loads(partly.stdout)["failed_steps"] == ["train broken"]
    register("BrokenTrainer")
    failed = run_command.invoke(app, ["retrain"])
    assert failed.exit_code == 1 and "matrix is singular" in failed.output


def test_the_commands_are_there() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "ml_insights", "models", "--help"],
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
        check=False,
    )
    assert shown.returncode == 0 and "rollback" in shown.stdout


async def test_the_api_lists_versions_and_promotes_with_a_reason(
    two_versions: Retrain, client: Client, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production_module, "capabilities", models.capabilities)
    async with client(Role.ANALYST, "read", "write") as analyst:
        (listed,) = (await analyst.get("/api/ml/models")).raise_for_status().json()
        assert (listed["name"], listed["champion"]["version"], listed["fallback"]) == ("sample", "2", "1")
        versions = (await analyst.get("/api/ml/models/sample/versions")).raise_for_status().json()
        assert [(one["version"], one["status"]) for one in versions] == [
            ("3", "retired"),
            ("2", "champion"),
            ("1", "fallback"),
        ]
        wanted = {"version": "1", "reason": "it was right"}
        promoted = (await analyst.post("/api/ml/models/sample/promote", json=wanted)).raise_for_status().json()
        spanish = await analyst.get("/api/ml/models/sample/versions", headers={"Accept-Language": "es"})
        assert "más allá del ruido" in spanish.json()[1]["reason"] and "beyond noise" in versions[1]["reason"]
        assert (promoted["version"], promoted["status"], promoted["reason"]) == ("1", "champion", "it was right")
        assert (await analyst.post("/api/ml/models/sample/promote", json={"version": "1"})).status_code == 422
        assert (await analyst.post("/api/ml/models/other/promote", json=wanted)).status_code == 404
    assert champion(session) == "1"


async def test_the_api_lets_only_those_promote_who_may(two_versions: Retrain, client: Client) -> None:
    wanted = {"version": "1", "reason": "it was right"}
    async with client(Role.ANALYST, "read") as reader:
        assert (await reader.post("/api/ml/models/sample/promote", json=wanted)).status_code == 403
    async with client(Role.MANAGER, "read", "write") as manager:
        assert (await manager.get("/api/ml/models")).status_code == 200
        assert (await manager.post("/api/ml/models/sample/promote", json=wanted)).status_code == 403
    async with client(Role.SALES, "read") as sales:
        assert (await sales.get("/api/ml/models")).status_code == 403
