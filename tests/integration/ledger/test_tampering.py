"""Whatever somebody with a database shell does to the ledger, `verify` says where and what."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core import demo as demo_company
from ml_insights.ledger import service
from ml_insights.ledger.canonical import GENESIS
from ml_insights.ledger.tables import KEEP_WHILE, PLACES, block_id, rows_of
from tests.integration.ledger.conftest import add_outcomes, add_predictions, forecasts

COMPANY, DEMO = Dataset.COMPANY, Dataset.DEMO
FIRST, DECISIONS, OUTCOMES = (rows_of(block_id(COMPANY, number)).start for number in (1, 2, 3))
COPIED = (
    "INSERT INTO ledger_decisions SELECT id + {}, subject, action, decided_by, prediction_id, model, detail "
    "FROM ledger_decisions"
)
Tamper = Callable[..., None]


@pytest.fixture
def tamper(chain: Engine) -> Tamper:
    """Do something to the ledger as its owner could: without the triggers that refuse it."""
    with chain.begin() as connection:
        for table in (*KEEP_WHILE, "ledger_chains"):
            for refused in ("delete", "update"):
                on = f" ON {table}" if chain.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{refused}{on}"))

    def act(*statements: str) -> None:
        with chain.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    return act


def said(session: Session, dataset: Dataset = COMPANY) -> str:
    breach = service.verify(session, dataset).breach
    return breach.said() if breach else ""


def test_an_untouched_chain_is_whole(chain: Engine, session: Session) -> None:
    found = service.verify(session, COMPANY)
    assert (found.blocks, found.rows, found.breach) == (3, 28 + 1 + 14, None)
    nothing = service.verify(session, DEMO)
    assert (nothing.blocks, nothing.head, nothing.breach) == (0, GENESIS, None)


@pytest.mark.parametrize(
    ("block", "kind", "place", "column", "value"),
    [
        (1, "predictions", 5, "value", "value + 0.001"),
        (1, "predictions", 0, "lo_80", "NULL"),
        (1, "predictions", 0, "probability", "0.5"),
        (1, "predictions", 27, "subject", "'x'"),
        (1, "predictions", 1, "reasons", "''"),
        (1, "predictions", 1, "target_at", "'2025-03-04 11:00:01.000000'"),
        (2, "decisions", 0, "decided_by", "'eve@example.com'"),
        (2, "decisions", 0, "prediction_id", "prediction_id + 1"),
        (2, "decisions", 0, "detail", "'{}'"),
        (3, "outcomes", 3, "actual", "actual * 2"),
        (3, "outcomes", 13, "reason", "'lost'"),
    ],
)
def test_a_changed_value_is_named(
    tamper: Tamper, session: Session, block: int, kind: str, place: int, column: str, value: str
) -> None:
    row = rows_of(block_id(COMPANY, block))[place]
    tamper(f"UPDATE ledger_{kind} SET {column} = {value} WHERE id = {row}")
    assert said(session) == f"In block {block}, {column} was changed in {kind}: {row}."


def test_of_many_changed_rows_the_first_are_named(tamper: Tamper, session: Session) -> None:
    tamper("UPDATE ledger_predictions SET value = 0")
    first = ", ".join(str(FIRST + place) for place in range(5))
    assert said(session) == f"In block 1, value was changed in predictions: {first} … (28)."


@pytest.mark.parametrize(
    ("number", "column", "value"),
    [
        (1, "model_version", "'2'"),
        (2, "made_at", "'2020-01-01 00:00:00.000000'"),
        (3, "row_count", "13"),
        (1, "row_checks", "(SELECT row_checks FROM ledger_blocks WHERE number = 2)"),
        (3, "zone", "'UTC'"),
    ],
)
def test_a_changed_block_is_named(tamper: Tamper, session: Session, number: int, column: str, value: str) -> None:
    tamper(f"UPDATE ledger_blocks SET {column} = {value} WHERE number = {number}")
    assert said(session) == f"What block {number} says about itself was changed."


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"DELETE FROM ledger_outcomes WHERE id = {OUTCOMES + 3}", f"Block 3 lacks outcomes: {OUTCOMES + 3}."),
        ("DELETE FROM ledger_decisions", f"Block 2 lacks decisions: {DECISIONS}."),
        (COPIED.format(1), f"Block 2 has added decisions: {DECISIONS + 1}."),
        (COPIED.format(100 << PLACES), f"No block knows these decisions: {DECISIONS + (100 << PLACES)}."),
        (COPIED.format(FIRST - DECISIONS), f"No block knows these decisions: {FIRST}."),
        ("UPDATE ledger_scores SET absolute_error = 0", "The scores of block 3 do not follow from its outcomes."),
        ("DELETE FROM ledger_scores", "The scores of block 3 do not follow from its outcomes."),
        ("DELETE FROM ledger_blocks WHERE number = 2", "Block 2 is missing."),
        ("UPDATE ledger_chains SET head = 'x'", "The chain does not end with block 3: its end was changed."),
        ("UPDATE ledger_chains SET blocks = 4", "Block 4 is missing."),
        ("UPDATE ledger_chains SET blocks = 2", "The chain does not end with block 2: its end was changed."),
    ],
)
def test_what_is_missing_or_added_is_named(tamper: Tamper, session: Session, statement: str, message: str) -> None:
    tamper(statement)
    assert said(session) == message


def test_two_rows_that_change_places_are_found(tamper: Tamper, session: Session) -> None:
    tamper(
        f"UPDATE ledger_predictions SET id = -1 WHERE id = {FIRST + 2}",
        f"UPDATE ledger_predictions SET id = {FIRST + 2} WHERE id = {FIRST + 9}",
        f"UPDATE ledger_predictions SET id = {FIRST + 9} WHERE id = -1",
    )
    assert f"predictions: {FIRST + 2}, {FIRST + 9}." in said(session)


def test_two_blocks_that_change_places_are_found(tamper: Tamper, session: Session) -> None:
    first, second = block_id(COMPANY, 1), block_id(COMPANY, 2)
    tamper(
        "DELETE FROM ledger_scores",
        f"UPDATE ledger_blocks SET id = -1, number = -1 WHERE id = {first}",
        f"UPDATE ledger_blocks SET id = {first}, number = 1 WHERE id = {second}",
        f"UPDATE ledger_blocks SET id = {second}, number = 2 WHERE id = -1",
    )
    assert said(session) == "Block 1 does not follow the one before it."


def test_a_tail_cut_off_without_its_end_is_found(tamper: Tamper, session: Session) -> None:
    tamper("DELETE FROM ledger_scores", "DELETE FROM ledger_outcomes", "DELETE FROM ledger_blocks WHERE number = 3")
    assert said(session) == "Block 3 is missing."


def test_a_tail_cut_off_with_its_end_is_found_by_a_digest_noted_earlier(tamper: Tamper, session: Session) -> None:
    noted = service.verify(session, COMPANY).head
    session.rollback()
    assert service.verify(session, COMPANY, head=noted).breach is None
    tamper(
        "DELETE FROM ledger_scores",
        "DELETE FROM ledger_outcomes",
        "DELETE FROM ledger_blocks WHERE number = 3",
        "UPDATE ledger_chains SET blocks = 2, head = (SELECT digest FROM ledger_blocks WHERE number = 2)",
    )
    assert said(session) == ""
    breach = service.verify(session, COMPANY, head=noted).breach
    assert breach is not None and noted in breach.said()


def test_rubbish_in_a_lenient_database_is_found(tamper: Tamper, session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses values of another type")
    for column in ("value", "target_at", "probability"):
        session.execute(text(f"UPDATE ledger_predictions SET {column} = 'rubbish' WHERE id = {FIRST}"))
        assert f"In block 1, {column} was changed in predictions: {FIRST}." in said(session)
        session.rollback()
    for column in ("made_at", "row_checks", "column_digests", "row_count", "kind"):
        session.execute(text(f"UPDATE ledger_blocks SET {column} = 'rubbish' WHERE number = 2"))
        assert said(session) == "What block 2 says about itself was changed."
        session.rollback()


def test_a_removed_demo_leaves_the_company_s_chain_whole(chain: Engine, session: Session) -> None:
    ids = add_predictions(forecasts(), DEMO)
    add_outcomes(ids, forecasts()["value"].tolist(), DEMO)
    before = service.verify(session, COMPANY)
    assert {name: count for name, count in demo_company.count(session).items() if name.startswith("ledger")} == {
        "ledger_predictions": 28,
        "ledger_outcomes": 28,
        "ledger_blocks": 2,
    }
    removed = demo_company.clear(session, "test")
    session.commit()
    assert removed["ledger_predictions"] == removed["ledger_outcomes"] == 28
    assert not any(name.startswith("ledger") for name in demo_company.count(session))
    assert service.verify(session, COMPANY) == before
    assert service.verify(session, DEMO).blocks == 0
    add_predictions(forecasts(), DEMO)
    session.rollback()
    assert service.verify(session, DEMO).blocks == 1
