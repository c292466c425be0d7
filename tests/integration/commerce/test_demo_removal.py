"""What was computed from the demo company goes with it; what was computed from the company's own data stays."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from ml_insights.commerce.tables import Dataset
from ml_insights.core import demo
from ml_insights.demand.tables import DemandForecastRow, DemandSeries, ForecastRelease, Level, Measure
from ml_insights.jobs.tables import JobRun, JobStatus
from ml_insights.registry.service import model_folder
from ml_insights.registry.tables import ModelVersion

NOW = datetime(2026, 3, 15, tzinfo=UTC)
DAY = date(2026, 3, 14)


@pytest.fixture
def computed(session: Session) -> dict[Dataset, Path]:
    """A model version, two runs and a release of both datasets; the folders of their files."""
    folders = {dataset: add_computed(session, dataset) for dataset in Dataset}
    session.commit()
    return folders


def add_computed(session: Session, dataset: Dataset) -> Path:
    version = ModelVersion(
        name="demand",
        dataset=dataset,
        version="1",
        type="recipe",
        path=f"{dataset}/demand/1",
        digest="0",
        training_start="2023-01-01",
        training_end="2025-12-31",
        trained_at=NOW,
    )
    runs = [
        JobRun(
            job="demand-forecast", title="Demand forecast", dataset=dataset, status=status, actor="test", created_at=NOW
        )
        for status in (JobStatus.DONE, JobStatus.RUNNING)
    ]
    release = ForecastRelease(
        dataset=dataset,
        data_version="1",
        model_version="1",
        computed_at=NOW,
        history_start=DAY,
        data_until=DAY,
        horizon=1,
        products_sold=1,
        products_modelled=1,
        seconds=1.0,
    )
    session.add_all([version, *runs, release])
    session.flush()
    series = DemandSeries(
        release_id=release.id or 0,
        unique_id="units/total",
        measure=Measure.UNITS,
        level=Level.TOTAL,
        key="",
        label="Total",
        search_text="total",
        rank=0,
    )
    session.add(series)
    session.flush()
    session.add(DemandForecastRow(series_id=series.id or 0, step=1, ds=DAY, mean=1.0))
    folder = model_folder() / version.path
    folder.mkdir(parents=True)
    return folder


def test_only_what_the_demo_made_goes(session: Session, computed: dict[Dataset, Path]):
    removed = demo.clear(session, "test")
    session.commit()
    assert removed == {"forecast_releases": 1, "demand_series": 1, "job_runs": 1, "ai_models": 1}
    assert session.exec(select(ForecastRelease.dataset)).all() == [Dataset.COMPANY]
    assert session.exec(select(ModelVersion.dataset)).all() == [Dataset.COMPANY]
    assert len(session.exec(select(DemandSeries)).all()) == 1
    assert len(session.exec(select(DemandForecastRow)).all()) == 1
    assert not computed[Dataset.DEMO].exists()
    assert computed[Dataset.COMPANY].exists()


def test_a_run_under_way_is_asked_to_stop(session: Session, computed: dict[Dataset, Path]):
    demo.clear(session, "test")
    session.commit()
    running = session.exec(select(JobRun).where(col(JobRun.status) == JobStatus.RUNNING)).all()
    assert {run.dataset: run.cancel_requested for run in running} == {"demo": True, "company": False}


def test_a_removal_that_fails_loses_no_file(session: Session, computed: dict[Dataset, Path]):
    demo.clear(session, "test")
    session.rollback()
    assert computed[Dataset.DEMO].exists()
    assert session.exec(select(ModelVersion).where(ModelVersion.dataset == Dataset.DEMO)).one()
    session.commit()
    assert computed[Dataset.DEMO].exists()


def test_a_start_does_not_bring_it_back(session: Session):
    assert not demo.unwanted(session)
    demo.fill(session, "test")
    assert not demo.unwanted(session)
    demo.clear(session, "test")
    assert demo.unwanted(session)
