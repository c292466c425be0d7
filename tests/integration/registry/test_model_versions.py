"""Model versions on real databases and a real folder."""

from dataclasses import replace

import pytest
from sqlmodel import Session

from ml.artifact import Manifest
from ml_insights.core.errors import NotFound
from ml_insights.registry import queries, service
from ml_insights.registry.errors import NoUsableModel
from ml_insights.registry.tables import ModelStatus

MANIFEST = Manifest("demand", "1", "tournament", "2026-01-31", ("2023-01-01", "2026-01-30"), {}, {"mase": 0.9}, {})


def add_version(session: Session, content: bytes, dataset: str = "demo") -> int:
    version = service.next_version(session, "demand", dataset)
    saved = service.save(session, replace(MANIFEST, version=version), {"recipe.json": content}, dataset)
    return service.promote(session, saved.id, "tester", "it is better").id


def statuses(session: Session) -> list[str]:
    return [version.status for version in queries.versions(session, "demand", "demo")]


def test_the_promoted_version_answers(session: Session) -> None:
    assert queries.champion(session, "demand", "demo") is None
    add_version(session, b"1")
    add_version(session, b"2")
    add_version(session, b"other", dataset="company")
    champion = queries.champion(session, "demand", "demo")
    assert champion and champion.version == "2" and champion.metrics == {"mase": 0.9}
    assert service.load(session, "demand", "demo").files == {"recipe.json": b"2"}


def test_earlier_champions_step_back_one_by_one(session: Session) -> None:
    for content in (b"1", b"2", b"3"):
        add_version(session, content)
    assert statuses(session) == [ModelStatus.CHAMPION, ModelStatus.FALLBACK, ModelStatus.RETIRED]


def test_a_changed_champion_is_replaced_by_the_one_before(session: Session) -> None:
    add_version(session, b"1")
    add_version(session, b"2")
    (service.model_folder() / "demo/demand/2/recipe.json").write_bytes(b"evil")
    loaded = service.load(session, "demand", "demo")
    assert (loaded.files, loaded.replaced) == ({"recipe.json": b"1"}, "2")


def test_without_a_trustworthy_version_the_error_says_why(session: Session) -> None:
    with pytest.raises(NoUsableModel, match="none was trained"):
        service.load(session, "demand", "demo")
    add_version(session, b"1")
    (service.model_folder() / "demo/demand/1/manifest.json").unlink()
    with pytest.raises(NoUsableModel, match=r"version 1: manifest\.json cannot be read"):
        service.load(session, "demand", "demo")


def test_a_version_that_was_never_promoted_does_not_answer(session: Session) -> None:
    service.save(session, MANIFEST, {"recipe.json": b"1"}, "demo")
    with pytest.raises(NoUsableModel):
        service.load(session, "demand", "demo")


def test_a_save_that_was_rolled_back_can_be_repeated(session: Session) -> None:
    service.save(session, MANIFEST, {"recipe.json": b"1", "more.json": b"1"}, "demo")
    session.rollback()
    assert add_version(session, b"2")
    assert service.load(session, "demand", "demo").files == {"recipe.json": b"2"}


def test_a_failed_save_leaves_no_folder(session: Session) -> None:
    with pytest.raises(ValueError):
        service.save(session, MANIFEST, {"recipe.json": b"1", "model.pkl": b"1"}, "demo")
    assert list((service.model_folder() / "demo/demand").iterdir()) == []


def test_only_the_newest_versions_keep_their_files(session: Session) -> None:
    for number in range(service.KEPT + 2):
        add_version(session, str(number).encode())
    assert service.remove_old_files(session, "demand", "demo") == 2
    session.commit()
    assert len(list((service.model_folder() / "demo/demand").iterdir())) == service.KEPT


def test_an_unknown_version_cannot_be_promoted(session: Session) -> None:
    with pytest.raises(NotFound):
        service.promote(session, 4711, "tester", "why not")
