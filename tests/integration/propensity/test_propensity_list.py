"""The week's list: made, marked, carried over, settled, told; and what becomes of the demo's."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.commerce.queries.baskets import baskets_frame
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.ledger import queries as ledger
from ml_insights.ledger.service import verify
from ml_insights.notifications import queries as inbox
from ml_insights.propensity import policy, queries, removal
from ml_insights.propensity.errors import MarkedMeanwhile, NoChancesYet, NoteTooLong, NotListed
from ml_insights.propensity.facts import ListFact, PickFact
from ml_insights.propensity.service.listing import mark
from ml_insights.propensity.service.predictions import subject_of
from ml_insights.propensity.service.telling import tell_sellers
from ml_insights.propensity.tables import Mark
from tests.at_once import at_once, told
from tests.integration.propensity.conftest import AS_OF, WEEK, release, sell

COMPANY = Dataset.COMPANY
MANY = [0.01 * place for place in range(40, 0, -1)]

pytestmark = pytest.mark.usefixtures("team")


def at(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(9), settings().zone)


def the_list(session: Session) -> tuple[ListFact, list[PickFact]]:
    session.expire_all()
    present, scores = queries.newest_list(session, COMPANY), queries.current_release(session, COMPANY)
    assert present and scores
    return present, queries.picks(session, scores, present.id)


def note(customer: str, wanted: Mark, text: str = "") -> int:
    with transaction() as session:
        return mark(session, COMPANY, customer, wanted, text, "ana@x.cl")


def test_the_best_thirty_are_listed_by_expected_revenue(session: Session) -> None:
    release(MANY)
    present, picks = the_list(session)
    assert [pick.score.customer_id for pick in picks] == [f"C{place}" for place in range(1, 31)]
    assert (present.size, present.customers) == (30, 40) and present.expected == pytest.approx(sum(MANY[:30]))
    first = picks[0]
    assert (first.score.label, first.phone, first.mark) == ("Almacén Los Aromos", "+56 9 1234", Mark.OPEN)
    assert first.score.products == (("p", "Bread"), ("q", "q"))
    assert first.score.next_day == AS_OF + timedelta(days=7) and first.score.weekday == 1
    scores = queries.current_release(session, COMPANY)
    assert scores is not None and scores.backtest["hits"] == 12
    last = queries.score_page(session, scores, sort="chance_7", limit=1, descending=False)[0][0]
    assert last.next_day is None


def test_a_mark_is_a_decision_on_the_prediction(session: Session) -> None:
    release(MANY)
    number = note("C2", Mark.CALLED, "Orders on Thursday")
    _, picks = the_list(session)
    assert (picks[1].mark, picks[1].note, picks[1].who) == (Mark.CALLED, "Orders on Thursday", "Ana")
    story = ledger.story(session, COMPANY, subject_of(7, "C2"))
    (decision,) = story.decisions
    assert (decision.id, decision.action, decision.by) == (number, "propensity-called", "ana@x.cl")
    assert decision.prediction_id == story.predictions[0].id
    assert story.predictions[0].probability == pytest.approx(0.39)


def test_of_two_who_mark_at_once_one_is_told_who_was_faster(database: Engine, session: Session) -> None:
    release(MANY)
    _, picks = the_list(session)
    seen = picks[0].version
    session.rollback()

    def acting(by: str, wanted: Mark, text: str) -> int:
        with transaction() as opened:
            return mark(opened, COMPANY, "C1", wanted, text, by, seen=seen)

    ends = at_once(
        database,
        lambda: acting("ana@x.cl", Mark.ORDERED, "By phone"),
        lambda: acting("mia@x.cl", Mark.NOT_INTERESTED, "Not now"),
    )
    error = told(ends, MarkedMeanwhile)
    _, picks = the_list(session)
    kept = picks[0]
    assert kept.version == seen + 1 and kept.marked_at is not None
    problem = error.problem("es")  # pyright: ignore[reportAttributeAccessIssue]
    assert (problem["status"], problem["changed_by"], problem["changed_at"]) == (
        409,
        kept.marked_by,
        kept.marked_at.isoformat(),
    )
    assert f"(“{kept.note}”)" in problem["detail"] and "C1" in problem["detail"]
    (decision,) = ledger.story(session, COMPANY, subject_of(7, "C1")).decisions
    assert decision.by == kept.marked_by and verify(session, COMPANY).breach is None


def test_a_mark_that_comes_while_the_list_is_made_anew_is_not_lost(database: Engine, session: Session) -> None:
    release(MANY)
    ends = at_once(database, lambda: release(MANY, AS_OF + timedelta(days=1)), lambda: note("C1", Mark.ORDERED))
    present, _ = the_list(session)
    assert present.as_of == AS_OF + timedelta(days=1)
    assert ends[0] is None, ends
    if isinstance(ends[1], Exception):
        assert isinstance(ends[1], MarkedMeanwhile | NotListed)
    else:
        written = ledger.story(session, COMPANY, subject_of(7, "C1")).decisions
        assert [one.id for one in written] == [ends[1]]


def test_who_marks_twice_decides_once(session: Session) -> None:
    release(MANY)
    assert note("C1", Mark.CALLED, "Thursday") == note("C1", Mark.CALLED, "Thursday")
    assert len(ledger.story(session, COMPANY, subject_of(7, "C1")).decisions) == 1
    assert note("C1", Mark.ORDERED, "Thursday") and the_list(session)[1][0].version == 3


def test_what_cannot_be_marked_says_why(session: Session) -> None:
    with pytest.raises(NoChancesYet):
        note("C1", Mark.CALLED)
    release(MANY)
    with pytest.raises(NotListed):
        note("C39", Mark.CALLED)
    with pytest.raises(NoteTooLong):
        note("C1", Mark.CALLED, "x" * (policy.LONGEST_NOTE + 1))


def test_scoring_again_in_the_same_week_keeps_what_was_noted(session: Session) -> None:
    release(MANY)
    note("C1", Mark.CALLED, "Called")
    note("C2", Mark.NOT_INTERESTED)
    release(MANY)
    release(MANY, AS_OF + timedelta(days=1))
    present, picks = the_list(session)
    assert present.as_of == AS_OF + timedelta(days=1)
    assert [pick.mark for pick in picks[:3]] == [Mark.CALLED, Mark.NOT_INTERESTED, Mark.OPEN]


def test_who_was_not_interested_is_left_in_peace_for_a_month(session: Session) -> None:
    with clock.frozen(at(AS_OF)):
        release(MANY)
        note("C1", Mark.NOT_INTERESTED)
        note("C2", Mark.CALLED)
    with clock.frozen(at(AS_OF + WEEK + timedelta(days=1))):
        release(MANY, AS_OF + WEEK + timedelta(days=1))
    present, picks = the_list(session)
    assert picks[0].score.customer_id == "C2" and picks[0].mark == Mark.OPEN, "a new week is a new call"
    assert "C1" not in {pick.score.customer_id for pick in picks} and present.size == 30
    with clock.frozen(at(AS_OF + timedelta(days=45))):
        release(MANY, AS_OF + timedelta(days=45))
    assert the_list(session)[1][0].score.customer_id == "C1"


def test_a_week_later_the_list_is_held_against_what_was_bought(session: Session) -> None:
    release(MANY)
    for customer, day in (("C1", 1), ("C2", 7), ("C35", 3), ("C4", 0), ("C5", 8)):
        sell(customer, AS_OF + timedelta(days=day))
    sell("C6", AS_OF + timedelta(days=2), quantity=-1.0)
    release(MANY, AS_OF + WEEK - timedelta(days=1))
    assert queries.list_before(session, COMPANY, AS_OF + WEEK - timedelta(days=1)) is None
    release(MANY, AS_OF + WEEK)
    before = queries.list_before(session, COMPANY, AS_OF + WEEK)
    assert before is not None and (before.as_of, before.size) == (AS_OF, 30)
    assert (before.hits, before.buyers, before.revenue) == (2, 3, 18.0)
    scores = queries.current_release(session, COMPANY)
    assert scores is not None
    proved = policy.proof(scores, before)
    assert proved is not None and not proved.backtest and proved.hits == 2


def test_those_who_sell_are_told_once(session: Session, team: dict[str, int]) -> None:
    release(MANY)
    with clock.frozen(at(AS_OF)), transaction() as acting:
        assert tell_sellers(acting, COMPANY) == 2
    with clock.frozen(at(AS_OF)), transaction() as acting:
        assert tell_sellers(acting, COMPANY) == 0
    (told,) = inbox.inbox(session, team["ana@x.cl"])
    assert told.route == "/ml-insights/propensity" and told.values["count"] == 30
    assert not inbox.inbox(session, team["tec@x.cl"]) and not inbox.inbox(session, team["analyst@x.cl"])


def test_nobody_is_told_of_a_week_long_past(session: Session, team: dict[str, int]) -> None:
    release(MANY)
    with clock.frozen(at(AS_OF + timedelta(days=700))), transaction() as acting:
        assert tell_sellers(acting, COMPANY) == 0


def test_sorting_searching_and_paging_happen_in_the_database(session: Session) -> None:
    release(MANY)
    scores = queries.current_release(session, COMPANY)
    assert scores is not None
    for name in queries.SORTABLE:
        for descending in (True, False):
            found, total = queries.score_page(session, scores, sort=name, descending=descending, limit=40)
            values = [getattr(one, name) for one in found if getattr(one, name) is not None]
            assert total == len(found) == 40 and values == sorted(values, reverse=descending)
    assert [one.customer_id for one in queries.score_page(session, scores, "aromos c1")[0]] == ["C1"]
    assert queries.score_page(session, scores, "nobody%") == ([], 0)
    assert queries.score_page(session, scores, least=0.25, chance="chance_7")[1] == 16
    told = queries.of_customer(session, COMPANY, "C1")
    assert told is not None and (told.rank, told.value_days, told.value_measured_days) == (1, 365, 180)
    assert queries.of_customer(session, COMPANY, "C999") is None


def test_only_two_releases_are_kept_and_the_demo_goes_with_its_company(session: Session) -> None:
    for place in range(4):
        release(MANY, AS_OF + timedelta(days=place), dataset="demo")
    release(MANY)
    counted = removal.count(session, Dataset.DEMO)
    assert counted["propensity_releases"] == 2 and counted["propensity_scores"] == 80
    assert counted["propensity_lists"] == 4 and counted["propensity_picks"] == 120
    with transaction() as acting:
        assert removal.clear(acting, Dataset.DEMO) == counted
    session.expire_all()
    assert set(removal.count(session, Dataset.DEMO).values()) == {0}
    assert queries.current_release(session, COMPANY) is not None


def test_what_was_bought_is_read_once_a_day(session: Session) -> None:
    for quantity in (1.0, 2.0, -3.0):
        sell("C1", AS_OF, quantity)
    sell("C1", AS_OF - timedelta(days=500))
    frame = baskets_frame(session, COMPANY, settings().zone, AS_OF - timedelta(days=400))
    found = frame[frame["day"] == str(AS_OF)]
    assert found[["customer_id", "product_id"]].to_numpy().tolist() == [["C1", "p"]]
    assert frame["day"].min().date() >= AS_OF - timedelta(days=400)
