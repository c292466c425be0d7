"""A shop whose sales a small model learns from."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import typer
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.accounts import service as accounts
from ml_insights.core.access import Role
from ml_insights.core.api import create_api
from ml_insights.core.database import transaction
from ml_insights.core.identity import forget_callers
from ml_insights.jobs import runner, service
from ml_insights.jobs.facts import RunFact
from ml_insights.retraining import cli, queries
from ml_insights.retraining.service import models
from ml_insights.retraining.service.report import compose
from tests.integration.retraining.sample import DAYS, capability, sell

Retrain = Callable[..., RunFact]
Register = Callable[..., None]
Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Say which models there are, by the names of their trainers."""

    def registered(*trainers: str) -> None:
        monkeypatch.setattr(models, "capabilities", lambda: (capability(*trainers),))

    return registered


@pytest.fixture
def shop(database: Engine, register: Register) -> Engine:
    """Sales of 120 days, and the small model."""
    sell(0, DAYS)
    register("SampleTrainer")
    return database


def enqueue(job: str = "retrain", **arguments: Any) -> int:
    with transaction() as session:
        return service.enqueue(session, job, "tester", **arguments).id or 0


@pytest.fixture
def retrain(shop: Engine) -> Retrain:
    """Run a job of retraining in this process, as a worker does."""

    def run(job: str = "retrain", **arguments: Any) -> RunFact:
        return runner.run_now(enqueue(job, **arguments))

    return run


@pytest.fixture
def run_command() -> CliRunner:
    return CliRunner()


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    cli.add_commands(made)
    return made


@pytest.fixture
async def client(shop: Engine) -> AsyncIterator[Client]:
    """Clients of the API by role and scopes."""
    forget_callers()

    def made(role: Role, *scopes: str) -> httpx.AsyncClient:
        with transaction() as session:
            secret = accounts.create_key(session, "Test", role, list(scopes), None, "tester").secret
        transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://site.example", headers={"Authorization": f"Bearer {secret}"}
        )

    yield made
    forget_callers()


def text_of(session: Session, run_id: int, language: str = "en") -> str:
    """The report of a run, as a reader of `language` has it."""
    return compose(queries.report(session, run_id), language)
