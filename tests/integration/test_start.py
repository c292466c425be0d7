"""The way from an empty folder to a served site, up to the moment where the server takes over."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from ml_insights import start
from ml_insights.commerce.tables import Dataset
from ml_insights.core import build, demo
from ml_insights.core.capability import Published
from ml_insights.core.database import reading, transaction
from ml_insights.demand import capability as demand
from ml_insights.jobs import service, within
from ml_insights.jobs.facts import RunFact
from ml_insights.jobs.queries import run_fact
from ml_insights.jobs.tables import JobRun, JobStatus
from ml_insights.segments import capability as segments
from tests.fixtures.sites import ROOT, free_port


class Served(Exception):
    """The server took over."""


@pytest.fixture
def began(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Starts the product without building, training or serving; hands back what it printed."""

    def serve(*_arguments: Any) -> None:
        raise Served

    monkeypatch.setattr(os, "execve", serve)
    monkeypatch.setattr(build, "ensure", lambda *_: False)
    monkeypatch.setattr(service, "models_to_compute", lambda *_: [])
    monkeypatch.setattr(start.signal, "signal", lambda *_: None)
    monkeypatch.setenv("PORT", "")
    monkeypatch.delenv("PORT")
    monkeypatch.delenv("PUBLIC_URL", raising=False)

    def begin(port: int | None = None) -> str:
        with pytest.raises(Served):
            start.run(port or free_port())
        return capsys.readouterr().out

    return begin


def test_the_first_start_loads_the_demo_and_shows_the_ways_in(began: Any) -> None:
    port = free_port()
    printed = began(port)
    assert "brought to revision" in printed
    assert "rows added" in printed
    assert f"http://localhost:{port}/setup?token=" in printed
    assert printed.count("@trescoihues.example") == 6


def test_a_later_start_changes_nothing_and_tells_no_password(began: Any) -> None:
    began()
    with reading() as session:
        rows = demo.count(session)
    printed = began()
    assert "up to date" in printed
    assert "not needed" in printed
    assert "@trescoihues.example" not in printed
    with reading() as session:
        assert demo.count(session) == rows


def older(session: Session, dataset: Dataset) -> Published:
    """Results of a state of the data that has gone by."""
    return Published("before", date(2026, 1, 1))


def none_yet(session: Session, dataset: Dataset) -> None:
    """No results."""


def test_a_slow_model_whose_older_results_stand_is_left_to_the_site(
    began: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (model,) = demand.CAPABILITY.models
    (other,) = segments.CAPABILITY.models
    specs = [
        replace(model, published=f"{__name__}:older"),
        replace(other, published=f"{__name__}:none_yet", slow=True),
    ]
    assert model.slow
    waited: list[int] = []

    def run(run_id: int, _progress: object) -> RunFact:
        waited.append(run_id)
        with reading() as session:
            return run_fact(session, run_id)

    monkeypatch.setattr(service, "models_to_compute", lambda *_: specs)
    monkeypatch.setattr(within, "run_or_wait", run)
    printed = began()
    assert "newer ones are computed while the site is up" in printed
    with reading() as session:
        asked = session.exec(select(JobRun).order_by(col(JobRun.id))).all()
        assert [(one.job, one.status) for one in asked] == [
            (other.job, JobStatus.QUEUED),
            (model.job, JobStatus.QUEUED),
        ]
    assert waited == [asked[0].id], "nothing stands of the other one: the site would have nothing to show"


def test_a_removed_demo_company_stays_away(began: Any) -> None:
    began()
    with transaction() as session:
        demo.clear(session, "somebody")
    printed = began()
    assert "somebody removed it" in printed
    with reading() as session:
        assert demo.count(session) == {}


def test_a_start_that_is_interrupted_while_loading_leaves_no_half_demo(
    began: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = demo.fill

    def interrupted(*arguments: Any) -> None:
        fill(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "fill", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start.run(free_port())
    with reading() as session:
        assert demo.count(session) == {}
    monkeypatch.setattr(demo, "fill", fill)
    assert "rows added" in began()


def test_a_taken_port_is_told_before_anything_is_done(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "ml_insights", "run", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(data_dir.iterdir()) == []


def test_tables_of_another_version_are_not_served(data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ml_insights", "serve", "--port", str(free_port())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "python -m ml_insights migrate" in done.stderr and "Traceback" not in done.stderr
    assert "Site" not in done.stdout
