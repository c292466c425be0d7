"""When no row of the company is left, nothing that was computed is; what learnt from rows that went never answers."""

from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.commerce.queries import data_version
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.demand.tables import DemandForecastRow, DemandSeries, ForecastRelease
from ml_insights.jobs.tables import JobRun
from ml_insights.registry.tables import ModelStatus, ModelVersion
from tests.integration.commerce.test_demo_removal import add_computed
from tests.integration.sources.test_undo import FILES, bring, look, taken_back


def compute(engine: Engine) -> None:
    with transaction() as session:
        for dataset in Dataset:
            add_computed(session, dataset)
        for version in session.exec(select(ModelVersion)):
            version.status = ModelStatus.CHAMPION
            version.data_version = data_version(session, Dataset(version.dataset))


def test_the_site_is_as_empty_as_before(database: Engine, tmp_path: Path):
    batch = bring(tmp_path, "orders", FILES["orders"][1])
    compute(database)
    seen = look(batch)
    assert seen.emptied and seen.computed["demand_series"] == 1
    assert taken_back(batch).emptied
    with Session(database) as session:
        assert session.exec(select(ForecastRelease.dataset)).all() == [Dataset.DEMO]
        assert len(session.exec(select(DemandSeries)).all()) == len(session.exec(select(DemandForecastRow)).all()) == 1
        assert session.exec(select(JobRun).where(JobRun.dataset == "company", JobRun.status == "done")).all() == []
        status = {one.dataset: one.status for one in session.exec(select(ModelVersion))}
    assert status == {"company": ModelStatus.WITHDRAWN, "demo": ModelStatus.CHAMPION}


def test_what_learnt_from_rows_that_went_never_answers(database: Engine, tmp_path: Path):
    bring(tmp_path, "orders", FILES["orders"][1])
    batch = bring(tmp_path, "orders", FILES["orders"][2])
    compute(database)
    assert not taken_back(batch).emptied
    with Session(database) as session:
        status = {one.dataset: one.status for one in session.exec(select(ModelVersion))}
        assert len(session.exec(select(ForecastRelease)).all()) == 2
    assert status == {"company": ModelStatus.WITHDRAWN, "demo": ModelStatus.CHAMPION}


def test_what_learnt_before_goes_on_answering(database: Engine, tmp_path: Path):
    bring(tmp_path, "orders", FILES["orders"][1])
    compute(database)
    taken_back(bring(tmp_path, "orders", FILES["orders"][2]))
    with Session(database) as session:
        assert {one.status for one in session.exec(select(ModelVersion))} == {ModelStatus.CHAMPION}
