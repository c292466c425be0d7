"""An installation to back up."""

import pytest
from sqlalchemy import Engine

from tests.integration.backups import stock


@pytest.fixture
def stocked(database: Engine) -> Engine:
    """The application's database on SQLite or PostgreSQL, with rows in every table, and model files."""
    stock.fill(database)
    return database
