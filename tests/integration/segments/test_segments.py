"""Segments from order lines to what pages read, on both databases."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from ml.behaviour.visits import visits
from ml.segments.purchases import purchases
from ml_insights.commerce.queries import order_lines_frame
from ml_insights.commerce.queries.rfm import purchases_of
from ml_insights.commerce.tables import Dataset
from ml_insights.core.settings import settings
from ml_insights.segments import queries, removal
from ml_insights.segments.errors import NoPurchases
from ml_insights.segments.queries import FIRST, MOVED, Wanted
from ml_insights.segments.service.trainer import SegmentsTrainer
from ml_insights.segments.tables import SegmentRelease
from tests.integration.segments.conftest import EACH, add, compute, line

COMPANY = Dataset.COMPANY


@pytest.fixture
def release(segmented: Engine, session: Session) -> int:
    found = queries.current_release(session, COMPANY)
    assert found is not None
    return found.id


def test_the_database_adds_up_what_the_model_adds_up(shop: Engine, session: Session) -> None:
    zone = settings().zone
    ours = purchases_of(session, COMPANY, zone)
    theirs = purchases(visits(order_lines_frame(session, COMPANY), zone))
    assert ours.customers.tolist() == theirs.customers.tolist() and "giver" in ours.customers
    for name in ("code", "day", "orders"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    table = pd.DataFrame({"code": ours.code, "day": ours.day, "ours": ours.revenue, "theirs": theirs.revenue})
    sums = table.groupby(["code", "day"]).sum()
    assert sums["ours"].to_numpy() == pytest.approx(sums["theirs"].to_numpy())


def test_everybody_who_bought_has_a_segment(release: int, session: Session) -> None:
    found = queries.current_release(session, COMPANY)
    groups = queries.groups(session, release)
    assert found is not None and found.customers == 4 * EACH and found.without_purchase == 1
    assert sum(group.customers for group in groups) == 4 * EACH
    assert sum(group.revenue for group in groups) == pytest.approx(found.revenue)
    assert found.as_of == date(2025, 8, 20) and found.before == date(2025, 7, 31)
    story = queries.of_customer(session, COMPANY, "best-1")
    assert story is not None and story.member.segment == story.history[-1][1] == groups[0].segment
    assert queries.of_customer(session, COMPANY, "giver") is None


def test_movements_count_everybody_once(release: int, session: Session) -> None:
    for month in queries.months(session, release):
        moves = queries.moves(session, release, month)
        assert len({(move.came_from, move.went_to) for move in moves}) == len(moves)
    assert sum(move.customers for move in queries.moves(session, release, date(2025, 8, 20))) == 4 * EACH
    moved, total = queries.members(session, COMPANY, release, Wanted(came_from=MOVED), 200)
    present = queries.moves(session, release, date(2025, 8, 20))
    assert total == len(moved) == sum(move.customers for move in present if move.came_from != move.went_to)
    first, count = queries.members(session, COMPANY, release, Wanted(came_from=FIRST), 200)
    assert count == len(first) == sum(move.customers for move in present if not move.came_from) > 0


def test_members_are_sorted_and_paged_without_gaps(release: int, session: Session) -> None:
    for sort in queries.SORTABLE:
        pages = [queries.members(session, COMPANY, release, Wanted(sort=sort), 30, offset)[0] for offset in (0, 30, 60)]
        ids = [member.customer_id for page in pages for member in page]
        assert len(ids) == len(set(ids)) == 4 * EACH
    richest, _ = queries.members(session, COMPANY, release, Wanted(), 2)
    assert richest[0].revenue >= richest[1].revenue
    with pytest.raises(KeyError):
        queries.members(session, COMPANY, release, Wanted(sort="password"), 1)


@pytest.mark.parametrize(
    ("text", "found"), [("100%", ["best-0"]), ("o_y", ["lost-1"]), ("benito HIJOS", ["lost-1"]), ("\\", []), ("'", [])]
)
def test_a_search_takes_signs_as_they_are(release: int, session: Session, text: str, found: list[str]) -> None:
    rows, total = queries.members(session, COMPANY, release, Wanted(search=text), 50)
    assert [row.customer_id for row in rows] == found and total == len(found)


def test_names_stay_when_the_job_runs_again_and_the_release_before_goes(release: int, session: Session) -> None:
    before = [group.segment for group in queries.groups(session, release)]
    add([line(f"fresh-{number}", 0, 12.0) for number in range(5)])
    again = compute()
    session.expire_all()
    found = queries.current_release(session, COMPANY)
    assert (
        found is not None
        and again.result is not None
        and found.id == again.result["release"]
        and found.model_version == "segments/1"
    )
    assert [group.segment for group in queries.groups(session, found.id)] == before
    assert session.exec(select(func.count()).select_from(SegmentRelease)).one() == 1


def test_a_retrained_model_keeps_the_names_of_the_one_before(release: int, session: Session) -> None:
    trainer = SegmentsTrainer()
    learning = trainer.read(session, COMPANY.value)
    fitted = trainer.fit(learning, trainer.recipes()[0], learning.last, lambda *_, **__: None)
    assert [name.value for name in fitted.names] == [one.segment for one in queries.groups(session, release)]
    forgetful = replace(learning, data=replace(learning.data, previous={"names": ["nonsense"]}))
    assert trainer.fit(forgetful, trainer.recipes()[0], learning.last, lambda *_, **__: None).names


def test_returns_alone_are_told_not_segmented(database: Engine, session: Session) -> None:
    add([line(f"giver-{number}", number, -5.0) for number in range(9)])
    with pytest.raises(NoPurchases):
        SegmentsTrainer().read(session, COMPANY.value)


def test_a_handful_of_customers_is_one_segment(database: Engine, session: Session) -> None:
    add([line("only", ago, 10.0) for ago in (3, 90)] + [line("other", 40, -50.0), line("other", 41, 20.0)])
    compute()
    release = queries.current_release(session, COMPANY)
    assert release is not None and release.customers == 2
    (group,) = queries.groups(session, release.id)
    assert group.segment == "everyone" and group.revenue == pytest.approx(-10.0)


def test_the_demo_goes_and_the_company_stays(release: int, session: Session) -> None:
    assert removal.clear(session, Dataset.DEMO) == {"segment_releases": 0, "segment_members": 0}
    row = session.get(SegmentRelease, release)
    assert row is not None
    row.dataset = Dataset.DEMO
    session.flush()
    assert removal.clear(session, Dataset.DEMO) == {"segment_releases": 1, "segment_members": 4 * EACH}
    assert queries.groups(session, release) == []
    session.rollback()
