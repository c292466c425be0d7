"""Fixtures that every test shares. No test sees the developer's own settings, data or database."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from ml_insights.core import database as database_module
from ml_insights.core import identity
from ml_insights.core.settings import Settings, settings
from tests.fixtures.memory import use_memory

use_memory()
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
"""Every developer's run tries other examples; what decides about a change tries the same ones each time."""
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")

pytest_plugins = ["tests.fixtures.databases", "tests.fixtures.browsers", "tests.fixtures.sites", "tests.fixtures.tabs"]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Browser tests last: Playwright keeps an event loop open in the thread, which asyncio tests cannot share.

    They are marked before any other plugin chooses by marks, and moved after every other one: pytest itself moves
    tests that share a wide fixture together.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    yield
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def forget_settings() -> None:
    """Make the next reader see the environment as it is now.

    Whoever notes the use of an API key in the background must be through: it would open the next test's database
    before that has its tables, and leave a connection to the empty one.
    """
    identity.finish_notes()
    if database_module.engine.cache_info().currsize:
        database_module.engine().dispose()
    database_module.engine.cache_clear()
    settings.cache_clear()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty DATA_DIR of the test's own, and a demo company without a past; every other setting at its default."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.setenv("DEMO_MONTHS", "0")
    forget_settings()
    yield folder
    forget_settings()


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Commands configure the process's log; its stream must not outlive the test that captured it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data sets that are not part of this repository."""
    return _outside("ML_INSIGHTS_REAL_DATA", "the real data sets are")


@pytest.fixture(scope="session")
def cases() -> Path:
    """Folder of the awkward inputs with the right values, which are not part of this repository."""
    return _outside("ML_INSIGHTS_CASES", "the awkward inputs are")


def _outside(variable: str, what: str) -> Path:
    """The folder that an environment variable names; without one the test is skipped and says so."""
    folder = os.environ.get(variable, "")
    if not folder:
        pytest.skip(f"{variable} is not set: {what} not part of the repository")
    if not Path(folder).is_dir():
        pytest.fail(f"{variable} names {folder}, which is not a folder")
    return Path(folder)
