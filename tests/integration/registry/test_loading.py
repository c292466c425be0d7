"""A champion that is bad, missing or too new: the one before answers, and somebody is told, once."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, select

from ml import artifact
from ml_insights.core.doctor import Status
from ml_insights.core.i18n import gettext
from ml_insights.notifications import queries as inbox
from ml_insights.registry import checks, jobs, queries, service
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.notices import unloadable
from ml_insights.registry.tables import ModelVersion
from tests.integration.registry.conftest import Train


def folder(version: str) -> Path:
    return service.model_folder() / "demo/demand" / version


def corrupt(session: Session) -> None:
    (folder("2") / "recipe.json").write_bytes(b"evil")


def truncate(session: Session) -> None:
    (folder("2") / "recipe.json").write_bytes(b"")


def lose(session: Session) -> None:
    shutil.rmtree(folder("2"))


def lose_one(session: Session) -> None:
    (folder("2") / "recipe.json").unlink()


def rewrite(session: Session, **changes: object) -> None:
    """As a newer version of the product, or of a library, would have written it: nothing wrong with its digest."""
    manifest, files = artifact.read(folder("2"), queries.versions(session, "demand", "demo")[0].digest)
    changed = replace(manifest, **changes)  # pyright: ignore[reportArgumentType]
    row = session.exec(select(ModelVersion).where(ModelVersion.version == "2")).one()
    row.digest = artifact.write(folder("2"), changed, files)
    session.flush()


def from_later_format(session: Session) -> None:
    rewrite(session, format=artifact.FORMAT + 1)


def from_later_library(session: Session) -> None:
    rewrite(session, libraries={"numpy": "999.0"})


FAULTS = [corrupt, truncate, lose, lose_one, from_later_format, from_later_library]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_former_champion_answers_and_it_is_told_once(
    session: Session, champion: Train, analyst: int, fault: Callable[[Session], None]
) -> None:
    champion(), champion()
    assert unloadable(session) is None
    fault(session)
    for _ in range(3):
        loaded = service.load(session, "demand", "demo")
        assert (loaded.files, loaded.replaced) == ({"recipe.json": b"1"}, "2")
    (told,) = inbox.inbox(session, analyst)
    assert (told.kind, told.route, told.values["version"], told.values["answering"]) == ("danger", "/models", "2", "1")
    notice = unloadable(session)
    assert notice and (notice.kind, notice.values["answering"]) == ("warning", "1")
    assert "“Pronóstico de demanda”" in gettext(told.title, "es", **told.values)
    assert "“Pronóstico de demanda”" in gettext(notice.message, "es", **notice.values)


def test_a_mended_champion_ends_the_incident(session: Session, champion: Train, analyst: int) -> None:
    champion(), champion()
    whole = (folder("2") / "recipe.json").read_bytes()
    corrupt(session)
    service.load(session, "demand", "demo")
    (folder("2") / "recipe.json").write_bytes(whole)
    assert service.load(session, "demand", "demo").replaced is None
    assert unloadable(session) is None
    corrupt(session)
    service.load(session, "demand", "demo")
    assert inbox.count(session, analyst) == 2


@pytest.mark.parametrize("way_out", ["rollback", "promotion"])
def test_another_champion_ends_the_incident(session: Session, champion: Train, way_out: str) -> None:
    champion(), champion()
    corrupt(session)
    service.load(session, "demand", "demo")
    if way_out == "rollback":
        service.rollback(session, "demand", "demo", "ana@x.cl", "its file is spoilt")
    else:
        champion()
    assert unloadable(session) is None


def test_what_was_rolled_back_from_does_not_stand_in(session: Session, champion: Train) -> None:
    for _ in range(3):
        champion()
    service.rollback(session, "demand", "demo", "ana@x.cl", "it was worse")
    corrupt(session)
    assert service.load(session, "demand", "demo").version.version == "1"
    shutil.rmtree(folder("1"))
    with pytest.raises(NoUsableModel):
        service.load(session, "demand", "demo")


def test_without_a_stand_in_it_is_said_too(session: Session, champion: Train, analyst: int) -> None:
    champion()
    shutil.rmtree(folder("1"))
    with pytest.raises(NoUsableModel, match="cannot be read"):
        service.load(session, "demand", "demo")
    (told,) = inbox.inbox(session, analyst)
    assert "No other version" in told.body
    notice = unloadable(session)
    assert notice and notice.kind == "danger"


def test_the_hourly_check_finds_what_nobody_asked_for(session: Session, champion: Train, analyst: int) -> None:
    champion(), champion()
    session.commit()
    steps: list[float] = []
    assert jobs.verify(lambda share, message, **values: steps.append(share)) == {"models": 1, "failed": []}
    assert checks.models().status == Status.OK
    corrupt(session)
    assert jobs.verify(lambda share, message, **values: steps.append(share))["failed"] == ["demand/2"]
    assert inbox.count(session, analyst) == 1
    assert steps == [0.0, 0.0]
    found = checks.models()
    assert found.status == Status.WARNING and "version 2" in found.message
    lose(session), shutil.rmtree(folder("1"))
    assert checks.models().status == Status.BROKEN
