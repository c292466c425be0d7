"""The audit's own words: local days, what statements need, and when two numbers are one."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ml_insights.audit.policy import plain, same
from ml_insights.audit.queries.recount import FOLDER, needed, offsets, statement


def test_the_clocks_changes_are_found_to_the_quarter_of_an_hour():
    found = offsets(ZoneInfo("America/Santiago"), datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC))
    assert [seconds for _, seconds in found] == [-10800, -14400, -10800]
    assert [until[:19] for until, _ in found[:-1]] == ["2024-04-07 03:00:00", "2024-09-08 04:00:00"]
    assert offsets(ZoneInfo("UTC"), datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)) == [("", 0)]


def test_a_statement_names_the_tables_that_are_made_before_it():
    assert needed("customers_worth") == ["audit_line", "audit_purchase", "audit_order"]
    assert needed("rows") == []
    for path in FOLDER.glob("*.sql"):
        assert statement(path.stem).upper().count("SELECT") and not statement(path.stem).endswith(";")


@pytest.mark.parametrize(
    ("shown", "recomputed", "rounded", "equal"),
    [
        (3, 3, 0, True),
        (3, 4, 0, False),
        (None, 0, 0, True),
        (None, 1, 0, False),
        (1_000_000.001, 1_000_000.002, 0, True),
        (1_000_000.0, 1_000_002.0, 0, False),
        (10.0, 10.4, 100, True),
        (10.0, 10.6, 100, False),
        ("2024-01-01", "2024-01-02", 0, False),
        ("2024-01-01", None, 0, False),
    ],
)
def test_what_is_the_same(shown: object, recomputed: object, rounded: int, equal: bool):
    assert same(plain(shown), plain(recomputed), rounded) is equal


def test_every_database_s_numbers_become_plain():
    assert plain(Decimal("3")) == 3 and plain(Decimal("2.5")) == 2.5 and plain(None) is None
    assert plain(datetime(2024, 1, 1).date()) == "2024-01-01"
