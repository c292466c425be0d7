"""Which version answers, who changed that and why, and the way back."""

import threading

import pytest
from sqlalchemy import Engine, delete, func, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.i18n import Message
from ml_insights.registry import queries, removal, service
from ml_insights.registry.errors import NoFallback, NoReason, NotPromotable
from ml_insights.registry.facts import VersionFact
from ml_insights.registry.tables import Act, ModelStatus, ModelVersion, Promotion
from tests.integration.registry.conftest import Train

CHAMPION, FALLBACK, RETIRED = ModelStatus.CHAMPION, ModelStatus.FALLBACK, ModelStatus.RETIRED


def statuses(session: Session) -> dict[str, str]:
    return {version.version: version.status for version in queries.versions(session, "demand", "demo")}


def rollback(session: Session, reason: str = "it was worse") -> str:
    return service.rollback(session, "demand", "demo", "ana@x.cl", reason).version


def test_the_history_says_who_when_and_why(session: Session, champion: Train) -> None:
    champion()
    second = champion()
    rollback(session)
    told = [(row.act, row.from_version, row.to_version, row.by, row.why.told("es")) for row in _history(session)]
    assert told == [
        ("rollback", "2", "1", "ana@x.cl", "it was worse"),
        ("promote", "1", "2", "tester", "it is better"),
        ("promote", None, "1", "tester", "it is better"),
    ]
    assert second.deployed_at == _history(session)[1].at
    assert (second.promoted_by, second.why.told("en")) == ("tester", "it is better")


def test_a_reason_is_read_in_each_language(session: Session, candidate: Train) -> None:
    saved = Message("The first model: the recipe {recipe}, from everything there is.", {"recipe": "standard"})
    service.promote(session, candidate().id, "tester", saved)
    english, spanish = (_history(session)[0].why.told(language) for language in ("en", "es"))
    assert english == "The first model: the recipe standard, from everything there is."
    assert spanish == "El primer modelo: la receta standard, con todo lo que hay."
    assert (champion_of(session).why.told("es"), champion_of(session).why.told("en")) == (spanish, english)


def test_what_a_person_wrote_stays_as_it_is(session: Session, candidate: Train) -> None:
    service.promote(session, candidate().id, "ana@x.cl", "{recipe} was right, 100 %")
    assert _history(session)[0].why.told("es") == "{recipe} was right, 100 %"


def test_why_a_version_was_withdrawn_is_read_in_each_language(session: Session, champion: Train) -> None:
    champion(), removal.withdraw_since(session, "demo", 0)
    with pytest.raises(NotPromotable) as told:
        service.promote(session, queries.versions(session, "demand", "demo")[0].id, "tester", "again")
    assert "were removed" in told.value.message("en") and "were removed" not in told.value.message("es")


def champion_of(session: Session) -> VersionFact:
    found = queries.champion(session, "demand", "demo")
    assert found is not None
    return found


def _history(session: Session):
    return queries.history(session, "demand", "demo")


def test_one_goes_back_step_by_step(session: Session, champion: Train) -> None:
    for _ in range(3):
        champion()
    assert rollback(session) == "2"
    assert statuses(session) == {"3": RETIRED, "2": CHAMPION, "1": FALLBACK}
    assert rollback(session) == "1"
    assert statuses(session) == {"3": RETIRED, "2": RETIRED, "1": CHAMPION}
    with pytest.raises(NoFallback):
        rollback(session)


def test_what_was_rolled_back_from_is_no_fallback(session: Session, champion: Train) -> None:
    for _ in range(3):
        champion()
    rollback(session)
    champion()
    assert statuses(session) == {"4": CHAMPION, "3": RETIRED, "2": FALLBACK, "1": RETIRED}
    assert rollback(session) == "2"
    assert statuses(session)["1"] == FALLBACK


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_needs_a_reason(session: Session, champion: Train, candidate: Train, reason: str) -> None:
    champion(), champion()
    with pytest.raises(NoReason):
        rollback(session, reason)
    with pytest.raises(NoReason):
        service.promote(session, candidate().id, "tester", reason)
    session.commit()  # whoever catches the error may go on
    assert statuses(session) == {"3": ModelStatus.CANDIDATE, "2": CHAMPION, "1": FALLBACK}
    assert len(_history(session)) == 2


def test_a_version_that_cannot_be_loaded_is_not_promoted(session: Session, champion: Train, candidate: Train) -> None:
    champion()
    spoilt = candidate()
    (service.model_folder() / spoilt.path / "recipe.json").write_bytes(b"evil")
    with pytest.raises(NotPromotable, match="was changed"):
        service.promote(session, spoilt.id, "tester", "why not")
    session.commit()
    assert statuses(session) == {"2": ModelStatus.CANDIDATE, "1": CHAMPION}


def test_promoting_the_champion_changes_nothing(session: Session, champion: Train) -> None:
    first = champion()
    assert service.promote(session, first.id, "tester", "again") == first
    assert len(_history(session)) == 1


def test_a_challenger_contends_and_is_refused_or_promoted(session: Session, champion: Train, candidate: Train) -> None:
    champion()
    second, third = candidate(), candidate()
    service.challenge(session, second.id)
    service.challenge(session, third.id)
    assert statuses(session) == {"3": ModelStatus.CHALLENGER, "2": RETIRED, "1": CHAMPION}
    assert service.retire(session, third.id, "worse by 3 %").why.told("es") == "worse by 3 %"
    assert service.retire(session, 1, "not this way").status == CHAMPION
    with pytest.raises(NotPromotable, match="retired, not a candidate"):
        service.challenge(session, third.id)


def test_the_database_refuses_to_rewrite_history(session: Session, champion: Train, database: Engine) -> None:
    champion()
    session.commit()
    with database.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(update(Promotion).values(reason="other"))


def test_history_goes_with_the_demo_company_alone(session: Session, champion: Train, database: Engine) -> None:
    champion()
    session.add(_company_row())
    session.commit()
    assert removal.count(session, "demo") == removal.clear(session, "demo") == {"model_promotions": 1, "ai_models": 1}
    session.commit()
    assert not (service.model_folder() / "demo/demand/1").exists()
    with database.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(delete(Promotion))


def _company_row() -> Promotion:
    return Promotion(
        name="demand", dataset="company", act=Act.PROMOTE, to_version="1", by="x", reason="y", at=clock.now()
    )


def test_two_champions_are_refused_by_the_database(session: Session, champion: Train, candidate: Train) -> None:
    champion()
    row = session.get(ModelVersion, candidate().id)
    assert row
    row.status = CHAMPION
    with pytest.raises(IntegrityError):
        session.flush()


def test_promotions_at_once_leave_one_champion(session: Session, candidate: Train) -> None:
    versions = [candidate().id for _ in range(6)]
    session.commit()
    together, failed = threading.Barrier(len(versions)), []

    def promote(version_id: int) -> None:
        together.wait(10)
        try:
            with transaction() as own:
                service.promote(own, version_id, "tester", "at once")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=promote, args=[version_id]) for version_id in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    session.expire_all()
    counts = dict(session.exec(select(ModelVersion.status, func.count()).group_by(col(ModelVersion.status))).all())
    assert counts == {CHAMPION: 1, FALLBACK: 1, RETIRED: 4}
    history = _history(session)[::-1]
    assert [row.from_version for row in history] == [None, *(row.to_version for row in history[:-1])]


def test_versions_in_use_keep_their_files(session: Session, champion: Train, candidate: Train) -> None:
    champion(), champion()
    service.challenge(session, candidate().id)
    for _ in range(service.KEPT + 1):
        candidate()
    assert service.remove_old_files(session, "demand", "demo") == 1
    session.commit()
    left = {folder.name for folder in (service.model_folder() / "demo/demand").iterdir()}
    assert left == {"1", "2", "3", "5", "6", "7", "8", "9"}


def test_files_stay_when_their_removal_is_rolled_back(session: Session, candidate: Train) -> None:
    for _ in range(service.KEPT + 1):
        candidate()
    session.commit()
    assert service.remove_old_files(session, "demand", "demo") == 1
    session.rollback()
    session.commit()
    assert (service.model_folder() / "demo/demand/1").is_dir()
