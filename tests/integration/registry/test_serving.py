"""The kept champion: asked of the database at most every two seconds, and whoever was promoted answers then."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.tree import DecisionTreeRegressor
from sqlalchemy import Engine, event
from sqlmodel import Session

from ml.artifact import BadArtifact
from ml.parity import Parity
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.registry import queries, service, serving
from ml_insights.registry.errors import NoUsableModel
from tests.integration.registry.conftest import MANIFEST

ROWS = np.arange(20.0).reshape(-1, 1)
ROW = ROWS[:1].astype(np.float32)


def save(answer: float, parity: bool = True) -> int:
    """Promote a model that always answers `answer`."""
    model = DecisionTreeRegressor().fit(ROWS, np.full(len(ROWS), answer))
    files = {"model.onnx": to_onnx(model, ROW).SerializeToString(), "names.json": b"[]"}
    proof = Parity(ROWS, model.predict(ROWS)) if parity else None
    with transaction() as session:
        version = service.next_version(session, "constant", "demo")
        manifest = replace(MANIFEST, name="constant", version=version)
        saved = service.save(session, manifest, files, "demo", proof)
        return service.promote(session, saved.id, "tester", "newer").id


def answer() -> float:
    ((given,),) = serving.champion("constant", "demo").session.run(None, {"X": ROW})[0]
    return float(given)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that have passed, for the test to move."""
    now = [100.0]
    monkeypatch.setattr(serving, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def questions(database: Engine) -> Iterator[list[str]]:
    """Statements that the database was asked."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield asked
    event.remove(database, "before_cursor_execute", note)


def test_it_is_opened_once_and_asked_for_rarely(database: Engine, clock: list[float], questions: list[str]) -> None:
    save(1.0)
    first = serving.champion("constant", "demo")
    assert (answer(), first.files, first.version.version) == (1.0, {"names.json": b"[]"}, "1")
    questions.clear()
    clock[0] += serving.POLL_SECONDS - 0.01
    assert serving.champion("constant", "demo") is first
    assert questions == []
    clock[0] += 0.01
    assert serving.champion("constant", "demo") is first
    assert len(questions) == 1


def test_a_promotion_and_a_rollback_are_seen_within_five_seconds(database: Engine, clock: list[float]) -> None:
    assert serving.POLL_SECONDS <= 5
    save(1.0)
    assert answer() == 1.0
    save(2.0)
    assert answer() == 1.0
    clock[0] += serving.POLL_SECONDS
    assert answer() == 2.0
    with transaction() as session:
        service.rollback(session, "constant", "demo", "ana@x.cl", "worse")
    clock[0] += serving.POLL_SECONDS
    assert answer() == 1.0


def test_another_process_sees_a_promotion(database: Engine) -> None:
    save(1.0)
    program = (
        "import sys; from ml_insights.registry import serving\n"
        "def version(): return serving.champion('constant', 'demo').version.version\n"
        "print(version(), flush=True); sys.stdin.readline(); serving.POLL_SECONDS = 0\n"
        "print(version(), flush=True)\n"
        "while version() == '1': pass\n"
        "print(version(), flush=True)"
    )
    environment = os.environ | {"DATA_DIR": str(settings().data_dir), "DATABASE_URL": settings().database_url}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == "1\n"
        save(2.0)
        other.stdin.write("go on\n")
        other.stdin.flush()
        assert other.stdout.readlines()[-1] == "2\n"


def test_the_former_champion_answers_until_the_file_is_mended(database: Engine, clock: list[float]) -> None:
    save(1.0), save(2.0)
    file = service.model_folder() / "demo/constant/2/model.onnx"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert answer() == 1.0
    assert serving.champion("constant", "demo").replaced == "2"
    with Session(database) as session:
        assert [incident.answering for incident in queries.incidents(session)] == ["1"]
    file.write_bytes(whole)
    clock[0] += serving.POLL_SECONDS
    assert answer() == 2.0
    with Session(database) as session:
        assert queries.incidents(session) == []


def test_a_file_that_onnx_cannot_open_is_bad_too(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    save(1.0)
    monkeypatch.setattr("ml.parity.check", lambda *arguments: 0.0)
    with transaction() as session:
        manifest = replace(MANIFEST, name="constant", version="2")
        saved = service.save(session, manifest, {"model.onnx": b"no model"}, "demo", Parity(ROWS, ROWS))
        service.promote(session, saved.id, "tester", "newer")
    assert answer() == 1.0


def test_nothing_is_kept_of_a_model_that_cannot_be_loaded(database: Engine) -> None:
    with pytest.raises(NoUsableModel, match="none was trained"):
        serving.champion("constant", "demo")
    save(3.0)
    assert answer() == 3.0


def test_a_database_that_is_away_does_not_stop_answers(database: Engine, clock: list[float]) -> None:
    save(1.0)
    assert answer() == 1.0
    clock[0] += serving.POLL_SECONDS

    def away(*arguments: object) -> None:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("SELECT", {}, ConnectionError("away"))

    event.listen(database, "before_cursor_execute", away)
    try:
        assert answer() == 1.0
    finally:
        event.remove(database, "before_cursor_execute", away)


def test_an_onnx_file_needs_its_parity(database: Engine) -> None:
    with pytest.raises(BadArtifact, match=r"model\.onnx was not compared"):
        save(1.0, parity=False)
    assert not (service.model_folder() / "demo").exists()
