"""Reports are kept without words and read in each reader's language; those of older releases keep theirs."""

import base64
import re

import pytest
import typer
from sqlalchemy import Engine, text
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.core import migrations
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import runner, service
from ml_insights.retraining import queries
from ml_insights.retraining.service.report import headline
from ml_insights.retraining.tables import RetrainRun, StepName
from tests.integration.retraining.conftest import Client, Register, Retrain, text_of
from tests.integration.retraining.sample import DAYS, sell, serve

ENGLISH = re.compile(
    r"\b(retraining|the|begun|by hand|challenger|champion|check|every|judged|lines|naive|version that|seconds|rows from"
    r"|data quality|of which|yes\.|no\.)\b",
    re.IGNORECASE,
)


OLDER = """
UPDATE retrain_reports SET title = 'T', headline = 'H', language = 'en', markdown = '# Retraining of then'
"""


def without_pictures(markdown: str) -> str:
    return re.sub(r"\(data:[^)]*\)", "", markdown)


def pictures(markdown: str) -> list[bytes]:
    found = re.findall(r"!\[[^]]+]\(data:image/png;base64,([^)]+)\)", markdown)
    return [base64.b64decode(one) for one in found]


def test_a_report_that_was_made_in_english_is_read_in_spanish(retrain: Retrain, session: Session) -> None:
    assert settings().language == "en"
    retrain()
    sell(DAYS, 20)
    told = retrain(recipe="good")
    run = told.result["run"]  # pyright: ignore[reportOptionalSubscript]
    spanish, english = (text_of(session, run, language) for language in ("es", "en"))
    assert spanish.startswith("# Reentrenamiento del ") and "## Qué cambió y por qué" in spanish
    assert "**Renovado: SampleTrainer.**" in spanish and "A mano, tester; iniciado el " in spanish
    words = without_pictures(spanish)
    assert not ENGLISH.findall(words.replace("SampleTrainer", "")), ENGLISH.findall(words)
    assert ENGLISH.findall(without_pictures(english)), "the pattern knows English when it sees it"
    assert "{" not in words
    drawn = pictures(spanish), pictures(english)
    assert len(drawn[0]) == len(drawn[1]) == 4
    assert all(one.startswith(b"\x89PNG") for one in (*drawn[0], *drawn[1]))
    assert drawn[0][0] != drawn[1][0], "what is written on the charts is in the reader's language, too"


def test_scores_are_written_as_people_of_each_language_do(retrain: Retrain, session: Session) -> None:
    retrain()
    run = queries.latest_run(session, "company")
    assert run is not None
    score = run.of_model("sample")[StepName.EVALUATE].result["scores"]["challenger"]["metrics"]["mae"]
    written = f"{score:.4g}"
    assert f"| {written} |" in text_of(session, run.id, "en")
    assert f"| {written.replace('.', ',')} |" in text_of(session, run.id, "es")


def test_a_report_says_who_asked_for_the_run(
    retrain: Retrain, session: Session, app: typer.Typer, run_command: CliRunner
) -> None:
    by_hand = retrain().result["run"]  # pyright: ignore[reportOptionalSubscript]
    result = run_command.invoke(app, ["retrain"])
    assert result.exit_code == 0, result.output
    with transaction() as writing:
        scheduled = service.enqueue(writing, "retrain", "schedule").id or 0
    by_schedule = runner.run_now(scheduled).result["run"]  # pyright: ignore[reportOptionalSubscript]
    assert "By hand, tester; begun " in text_of(session, by_hand)
    assert "By hand, on the command line; begun " in text_of(session, by_hand + 1)
    assert "Por programación; iniciado el " in text_of(session, by_schedule, "es")


def test_a_run_from_before_it_was_written_down_who_asked_claims_nothing(retrain: Retrain, session: Session) -> None:
    run = retrain().result["run"]  # pyright: ignore[reportOptionalSubscript]
    row = session.get(RetrainRun, run)
    assert row is not None
    row.asked_by = ""
    session.commit()
    assert re.search(r"^Begun .*, run 1\.$", text_of(session, run), re.MULTILINE)


def test_customers_are_those_who_ordered(retrain: Retrain, session: Session) -> None:
    serve(0, 30, customers=40)
    retrain()
    found = queries.latest_run(session, "company")
    assert found is not None
    counted = session.connection().execute(text("SELECT count(DISTINCT customer_id) FROM order_lines")).scalar_one()
    assert found.of_model("")[StepName.QUALITY].result["customers"] == counted > 30
    assert f" orders of {counted} customers and 30 products" in text_of(session, found.id)


def test_a_comparison_is_not_said_to_have_nothing_new(retrain: Retrain, session: Session) -> None:
    retrain(recipe="good")
    run = retrain().result["run"]  # pyright: ignore[reportOptionalSubscript]
    told = text_of(session, run)
    assert "Is the new recipe better? No." in told and "anything new" not in told


def test_a_model_that_the_product_has_no_more_keeps_its_report(
    retrain: Retrain, register: Register, session: Session
) -> None:
    run = retrain().result["run"]  # pyright: ignore[reportOptionalSubscript]
    register("LeakyTrainer")
    told = text_of(session, run)
    assert "**Renewed: sample.**" in told and "Mean absolute error" in told and len(pictures(told)) == 3


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_report_of_an_older_release_keeps_its_words_and_says_so(
    retrain: Retrain, database: Engine, session: Session, language: str
) -> None:
    run = retrain().result["run"]  # pyright: ignore[reportOptionalSubscript]
    session.close()
    migrations.downgrade(database, "0025")
    with database.begin() as connection:
        connection.execute(text(OLDER))
    migrations.upgrade(database)
    told = text_of(session, run, language)
    assert told.endswith("# Retraining of then")
    assert ("Este informe se escribió en inglés el " in told) == (language == "es")
    (listed,), _ = queries.reports(session, "company")
    assert headline(listed.run, language).startswith("Renewed" if language == "en" else "Renovado")


async def test_the_api_answers_in_the_readers_language(retrain: Retrain, client: Client) -> None:
    retrain()
    async with client(Role.ANALYST, "read") as reader:
        reader.headers["Accept-Language"] = "es"
        listed = (await reader.get("/api/ml/reports")).raise_for_status().json()
        whole = (await reader.get("/api/ml/reports/1")).raise_for_status().json()
        unknown = await reader.get("/api/ml/reports/9")
    assert [(one["run"], one["headline"], one["asked"]) for one in listed] == [
        (1, "Renovado: SampleTrainer.", "A mano, tester")
    ]
    assert whole["title"].startswith("Reentrenamiento del ") and whole["markdown"].startswith(f"# {whole['title']}")
    assert unknown.status_code == 404


def test_the_command_line_lists_and_prints_reports(retrain: Retrain, app: typer.Typer, run_command: CliRunner) -> None:
    retrain()
    listed = run_command.invoke(app, ["models", "reports", "--json"])
    assert '"headline": "Renewed: SampleTrainer."' in listed.output and '"run": 1' in listed.output
    assert "By hand, tester" in run_command.invoke(app, ["models", "reports"]).output
    told = run_command.invoke(app, ["models", "report", "1"]).output
    assert told.startswith("# Retraining of ") and "data:image" not in told
