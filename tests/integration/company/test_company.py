"""The company in the database: who sees a change, and what comes of it."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.commerce.queries import data_version
from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.company import queries, service
from ml_insights.company.errors import AmountsThere, SetUpMeanwhile
from ml_insights.core import company as known
from ml_insights.core.audit import AuditEvent
from ml_insights.core.company import company, fixed
from ml_insights.core.company_facts import Company
from ml_insights.core.database import transaction
from ml_insights.core.migrations import ROOT

BRITAIN = ("GBP", "GB", "Europe/London")


def set_up(currency: str, country: str, zone: str, seen: int = 0) -> Company:
    with transaction() as session:
        done = service.set_up(session, currency, country, zone, seen, "a@b.example")
    known.forget()
    return done


def order(at: datetime, number: int = 1) -> OrderLine:
    return OrderLine(
        dataset=Dataset.COMPANY, order_id=str(number), product_id="P", ordered_at=at, quantity=1, unit_price=1
    )


def test_the_environment_holds_until_somebody_sets_it_up(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURRENCY", "EUR")
    known.settings.cache_clear()
    assert (company().currency, company().version) == ("EUR", 0)
    set_up(*BRITAIN)
    assert (company().currency, company().country, company().timezone, company().version) == (*BRITAIN, 1)


def test_a_change_is_audited(database: Engine, session: Session) -> None:
    set_up(*BRITAIN)
    set_up("GBP", "GB", "UTC", seen=1)
    first, second = session.exec(select(AuditEvent).where(AuditEvent.action == service.SET_UP)).all()
    assert first.detail["currency"] == ["CLP", "GBP"] and first.actor == "a@b.example"
    assert second.detail == {"timezone": ["Europe/London", "UTC"]}


def test_two_people_do_not_overwrite_each_other(database: Engine) -> None:
    set_up(*BRITAIN)
    with pytest.raises(SetUpMeanwhile):
        set_up("USD", "US", "UTC", seen=0)
    assert company().currency == "GBP"


def test_another_process_sees_it_within_seconds(database: Engine) -> None:
    script = (
        "import sys, time\n"
        "from ml_insights.core.company import company\n"
        "print(company().currency, flush=True)\n"
        "sys.stdin.readline()\n"
        "deadline = time.monotonic() + 30\n"
        "while company().currency == 'CLP' and time.monotonic() < deadline: time.sleep(0.1)\n"
        "print(company().currency, flush=True)\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    other = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=os.environ.copy(), **pipes)
    assert other.stdin and other.stdout
    assert other.stdout.readline().strip() == "CLP"
    set_up(*BRITAIN)
    told, _ = other.communicate("go\n", timeout=60)
    assert told.strip() == "GBP"


def test_asking_costs_no_query_and_no_transaction(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    monkeypatch.setattr(known, "_look", lambda chosen: pytest.fail("asked the database"))
    began = time.perf_counter()
    for _ in range(10_000):
        company()
    assert time.perf_counter() - began < known.FRESH_SECONDS


def test_it_can_be_asked_while_this_process_writes(database: Engine) -> None:
    with transaction() as session:
        session.add(order(datetime(2026, 1, 1, 12, tzinfo=UTC)))
        session.flush()
        known.forget()
        assert company().currency == "CLP"


def test_without_a_database_the_environment_answers_and_no_file_is_made(data_dir) -> None:
    assert company().currency == "CLP"
    assert list(data_dir.iterdir()) == []


def test_a_test_may_be_any_company(database: Engine) -> None:
    with fixed(Company("JPY", "JP", "Asia/Tokyo")):
        assert company().currency == "JPY"
    assert company().currency == "CLP"


def test_what_another_zone_means_for_the_rows(database: Engine, session: Session) -> None:
    midnight, noon = datetime(2026, 1, 31, 3, tzinfo=UTC), datetime(2026, 1, 31, 15, tzinfo=UTC)
    session.add_all([order(midnight, 1), order(midnight, 2), order(noon, 3)])
    session.commit()
    here = Company("CLP", "CL", "America/Santiago")
    west = queries.effects(session, here, Company("CLP", "CL", "America/Los_Angeles"))
    assert (west.lines, west.moved, west.asks) == (3, 2, True)
    east = queries.effects(session, here, Company("CLP", "CL", "Asia/Kolkata"))
    assert east.moved == 0
    same = queries.effects(session, here, Company("CLP", "GB", "America/Santiago"))
    assert (same.asks, same.any) == (False, True)


def test_days_are_counted_anew_where_they_may_differ(database: Engine, session: Session) -> None:
    session.add(order(datetime(2026, 1, 31, 3, tzinfo=UTC)))
    session.commit()
    before = data_version(session, Dataset.COMPANY)
    set_up("GBP", "CL", "America/Santiago")
    assert data_version(session, Dataset.COMPANY) == before, "a currency is a name"
    set_up("GBP", "CL", "UTC", seen=1)
    session.expire_all()
    moved = data_version(session, Dataset.COMPANY)
    assert moved != before
    with transaction() as writing:
        service.close(writing, "Stocktaking", date(2026, 2, 2), None, False, 2, "a@b.example")
    session.expire_all()
    assert data_version(session, Dataset.COMPANY) != moved


def test_closing_days_come_and_go(database: Engine) -> None:
    with transaction() as session:
        service.close(session, "Stocktaking", date(2026, 2, 2), date(2026, 2, 3), True, 0, "a@b.example")
    known.forget()
    assert company().closing_days(date(2027, 1, 1), date(2027, 12, 31)) == (date(2027, 2, 2), date(2027, 2, 3))
    (closing,) = company().closings
    with transaction() as session:
        service.open_again(session, closing, 1, "a@b.example")
    known.forget()
    assert company().closings == () and company().version == 2


def test_weekdays_on_which_nothing_was_ever_sold_are_offered_and_confirmed(database: Engine, session: Session) -> None:
    """Twelve weeks of orders from Monday to Friday, at an hour when it is the next day already in UTC."""
    first = datetime(2024, 1, 1, 23, 30, tzinfo=known.company().zone)
    days = [first + timedelta(days=number) for number in range(84)]
    session.add_all(order(day, number) for number, day in enumerate(days) if day.weekday() < 5)
    session.commit()
    assert queries.unsold_weekdays(session) == (5, 6)
    before = data_version(session, Dataset.COMPANY)
    with transaction() as writing:
        service.close_weekdays(writing, (6, 5), 0, "a@b.example")
    known.forget()
    assert company().weekdays == (5, 6)
    assert data_version(session, Dataset.COMPANY) != before, "what is computed from the calendar is computed anew"
    assert session.exec(select(AuditEvent).where(AuditEvent.action == service.WEEKDAYS)).one().detail == {
        "closed": [5, 6]
    }


def test_the_currency_is_set_by_the_first_import_and_not_once_there_are_amounts(
    database: Engine, session: Session
) -> None:
    with transaction() as writing:
        service.count_in(writing, "EUR", "a@b.example")
    known.forget()
    assert (company().currency, company().country) == ("EUR", "CL")
    session.add(order(datetime(2024, 1, 1, tzinfo=UTC)))
    session.commit()
    with transaction() as writing:
        assert service.count_in(writing, "EUR", "a@b.example").version == 1, "it is that already"
        with pytest.raises(AmountsThere):
            service.count_in(writing, "USD", "a@b.example")
