"""Alerts from the first run to the last: who gets them, who changes them, what orders do to them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ml_insights.churn import queries
from ml_insights.churn.errors import (
    AlertChanged,
    AlertClosed,
    AlreadyWatched,
    BadDay,
    NotAnOwner,
    NotPossible,
    ReasonNeeded,
)
from ml_insights.churn.facts import AlertFact, AlertFilter
from ml_insights.churn.queries.alerts import today
from ml_insights.churn.service import bulk, changing, settling
from ml_insights.churn.service.telling import tell
from ml_insights.churn.tables import AlertAct, AlertStatus, ChurnAlert, DismissReason, Sign
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import transaction
from ml_insights.core.errors import NotFound
from ml_insights.ledger import queries as ledger
from ml_insights.notifications import queries as inbox
from tests.at_once import at_once, told
from tests.integration.churn.conftest import AS_OF, HORIZON, MODEL, alert_all, release, scored

COMPANY, ANA = Dataset.COMPANY, "ana@x.cl"


def alerts(session: Session, **wanted: object) -> list[AlertFact]:
    return queries.alert_page(session, COMPANY, AlertFilter(**{"show": "all", **wanted}))[0]  # pyright: ignore


def raised(*at_risk: float, **rules: float) -> tuple[AlertFact, ...]:
    release(scored(at_risk))
    return alert_all(**rules).alerts


def test_only_those_whom_contacting_pays_for_the_best_first(team: dict[str, int], session: Session) -> None:
    found = raised(150, 900, 199, 200, 400, capacity=3)
    assert [(one.customer_id, one.expected_profit) for one in found] == [("C2", 35.0), ("C5", 10.0), ("C4", 0.0)]
    assert {one.owner for one in found} == {"Ana", "Beto"}
    story = ledger.story(session, COMPANY, "customer/C2")
    (decision,) = story.decisions
    assert (decision.action, decision.by, decision.model) == ("alert-raised", "rule:churn-alerts", MODEL)
    assert decision.prediction_id == story.predictions[0].id == found[0].prediction_id


def test_a_run_that_starts_again_raises_nobody_twice(team: dict[str, int], session: Session) -> None:
    raised(500, 400, 300, 250, capacity=2)
    again = alert_all(capacity=2)
    assert again.alerts == () and len(alerts(session)) == 2
    with transaction() as acting:
        changing.move(acting, COMPANY, alerts(session)[0].id, AlertStatus.CONTACTED, ANA)
    assert alert_all(capacity=2).alerts == (), "the release has raised what a run may raise"
    assert [one.customer_id for one in alert_all(capacity=3).alerts] == ["C3"]


def test_who_has_been_contacted_or_dismissed_lately_is_left_alone(team: dict[str, int], session: Session) -> None:
    first = raised(500, 400, 300, capacity=1)
    with transaction() as acting:
        changing.move(acting, COMPANY, first[0].id, AlertStatus.DISMISSED, ANA, reason=DismissReason.SEASONAL)
    release(scored([500, 400, 300]), data_version="company-2")
    assert [one.customer_id for one in alert_all(capacity=1).alerts] == ["C2"]


def test_the_way_of_an_alert_is_written_down(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, ANA, note="Spoke to Rosa")
        done = changing.move(acting, COMPANY, alert.id, AlertStatus.RETAINED, ANA)
    assert done.closed_at is not None and done.changed_by == ANA and done.version == 3
    history = queries.events_of(session, alert.id)
    assert [event.act for event in history] == [AlertAct.RETAINED, AlertAct.CONTACTED, AlertAct.RAISED]
    assert (history[1].who, history[1].note) == ("Ana", "Spoke to Rosa")
    story = ledger.story(session, COMPANY, "customer/C1")
    assert [one.action for one in story.decisions] == ["alert-retained", "alert-contacted", "alert-raised"]
    assert story.decisions[0].prediction_id == alert.prediction_id
    figures = queries.headline(session, COMPANY)
    assert figures is not None and (figures.contacted, figures.saved, figures.saved_revenue) == (1, 1, 500.0)


def test_what_is_not_possible_is_refused_and_changes_nothing(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with pytest.raises(NotPossible), transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.RETAINED, ANA)
    for reason in (None, DismissReason.EXPIRED):
        with pytest.raises(ReasonNeeded), transaction() as acting:
            changing.move(acting, COMPANY, alert.id, AlertStatus.DISMISSED, ANA, reason=reason)
    with pytest.raises(NotAnOwner), transaction() as acting:
        changing.assign(acting, COMPANY, alert.id, team["analyst@x.cl"], ANA)
    with pytest.raises(BadDay), transaction() as acting:
        changing.snooze(acting, COMPANY, alert.id, today(), ANA)
    with pytest.raises(NotFound), transaction() as acting:
        changing.add_note(acting, Dataset.DEMO, alert.id, "of another data set", ANA)
    assert alerts(session) == [alert]
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.DISMISSED, ANA, reason=DismissReason.MISTAKE)
    with pytest.raises(AlertClosed), transaction() as acting:
        changing.assign(acting, COMPANY, alert.id, None, ANA)


def test_the_second_person_is_told(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        changing.set_due(acting, COMPANY, alert.id, today() + timedelta(days=3), ANA, version=alert.version)
    with pytest.raises(AlertChanged, match=ANA), transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, "beto@x.cl", version=alert.version)
    assert alerts(session)[0].status == AlertStatus.OPEN


def test_of_two_at_the_same_moment_one_is_told(team: dict[str, int], database: Engine, session: Session) -> None:
    (alert,) = raised(500)

    def contact(actor: str) -> str:
        with transaction() as acting:
            changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, actor, version=alert.version)
        return actor

    ends = at_once(database, lambda: contact(ANA), lambda: contact("beto@x.cl"))
    error = told(ends, AlertChanged)
    (faster,) = [end for end in ends if isinstance(end, str)]
    problem = error.problem("es")  # pyright: ignore[reportAttributeAccessIssue]
    (after,) = alerts(session)
    assert after.changed_at is not None and after.changed_by == faster
    assert (problem["status"], problem["changed_by"], problem["changed_at"]) == (
        409,
        faster,
        after.changed_at.isoformat(),
    )
    assert problem["detail"].startswith(f"{faster} cambió la alerta de") and "(America/Santiago)" in problem["detail"]
    acts = [event.act for event in queries.events_of(session, alert.id)]
    assert acts == [AlertAct.CONTACTED, AlertAct.RAISED], "who was told left no trace"
    assert len(ledger.story(session, COMPANY, "customer/C1").decisions) == 2


def test_what_orders_show_and_what_a_person_does_do_not_wait_for_each_other(
    team: dict[str, int], database: Engine, session: Session
) -> None:
    both = raised(500, 400)

    def settled() -> int:
        with transaction() as acting:
            found = queries.current_release(acting, COMPANY)
            return settling.settle(acting, COMPANY, found.id if found else 0, AS_OF + timedelta(days=HORIZON))

    def dismissed() -> bulk.Done:
        seen = {alert.id: alert.version for alert in both}
        with transaction() as acting:
            return bulk.dismiss(acting, COMPANY, seen, DismissReason.SEASONAL, "", ANA)

    ended, done = at_once(database, settled, dismissed)
    assert (ended, done) in [(0, bulk.Done(2, 0)), (2, bulk.Done(0, 2))]
    assert [alert.status for alert in alerts(session)] == [AlertStatus.DISMISSED] * 2
    assert len(ledger.story(session, COMPANY, "customer/C1").decisions) == 2


def test_a_closed_alert_goes_back_to_where_it_was(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.DISMISSED, ANA, reason=DismissReason.OTHER)
        assert changing.reopen(acting, COMPANY, alert.id, ANA).status == AlertStatus.OPEN
        changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, ANA)
        changing.move(acting, COMPANY, alert.id, AlertStatus.LOST, ANA)
        again = changing.reopen(acting, COMPANY, alert.id, ANA)
    assert (again.status, again.closed_at) == (AlertStatus.CONTACTED, None)


def test_an_old_alert_stays_closed_beside_a_newer_one(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.DISMISSED, ANA, reason=DismissReason.OTHER)
        row = acting.exec(select(ChurnAlert)).one()
        acting.add(
            ChurnAlert(
                **row.model_dump(exclude={"id", "closed_at", "status", "dismiss_reason"}), status=AlertStatus.OPEN
            )
        )
    with pytest.raises(AlreadyWatched), transaction() as acting:
        changing.reopen(acting, COMPANY, alert.id, ANA)


def test_snoozed_alerts_leave_the_list_until_their_day(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        asleep = changing.snooze(acting, COMPANY, alert.id, today() + timedelta(days=30), ANA)
    assert asleep.due_on == asleep.snoozed_until
    assert (alerts(session, show="todo"), alerts(session, show="overdue")) == ([], [])
    assert [one.id for one in alerts(session, show="snoozed")] == [alert.id]
    with transaction() as acting:
        changing.wake(acting, COMPANY, alert.id, ANA)
    assert [one.id for one in alerts(session, show="todo")] == [alert.id]


def test_filters_search_and_order(team: dict[str, int], session: Session) -> None:
    found = raised(500, 400, 300)
    with transaction() as acting:
        for alert in found:
            changing.assign(acting, COMPANY, alert.id, team[ANA] if alert.customer_id != "C3" else None, "manager@x.cl")
        late = acting.get(ChurnAlert, found[1].id)
        assert late is not None
        late.due_on = today() - timedelta(days=1)
    assert [one.customer_id for one in alerts(session, owner=team[ANA])] == ["C1", "C2"]
    assert [one.customer_id for one in alerts(session, owner=0)] == ["C3"]
    assert [one.customer_id for one in alerts(session, show="overdue")] == ["C2"]
    assert [one.label for one in alerts(session, search="aromos almac")] == ["Almacén Los Aromos"]
    by_owner, total = queries.alert_page(session, COMPANY, AlertFilter(), "owner", False, limit=1, offset=0)
    assert total == 3 and by_owner[0].customer_id == "C3"


def test_an_untouched_alert_ends_when_its_customer_buys_or_its_time_is_over(
    team: dict[str, int], session: Session
) -> None:
    raised(500, 400)
    later = AS_OF + timedelta(days=HORIZON)
    release(scored([500, 400], [AS_OF + timedelta(days=5), AS_OF - timedelta(days=60)]), later, "company-2")
    found = {one.customer_id: one for one in alerts(session)}
    assert {(one.status, one.dismiss_reason) for one in found.values()} == {
        (AlertStatus.DISMISSED, DismissReason.CAME_BACK),
        (AlertStatus.DISMISSED, DismissReason.EXPIRED),
    }
    assert (found["C1"].sign, found["C1"].sign_day) == (Sign.BOUGHT, AS_OF + timedelta(days=5))
    assert ledger.story(session, COMPANY, "customer/C1").decisions[0].by == "rule:orders"


def test_who_is_silent_for_so_long_that_nobody_scores_them_is_not_forgotten(
    team: dict[str, int], session: Session
) -> None:
    (alert,) = raised(0, 500)
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, ANA)
    release(scored([0]), AS_OF + timedelta(days=HORIZON), "company-2")
    (marked,) = alerts(session)
    assert (marked.status, marked.sign) == (AlertStatus.CONTACTED, Sign.SILENT)


def test_what_came_of_a_contact_is_for_the_person_to_say(team: dict[str, int], session: Session) -> None:
    (alert,) = raised(500)
    with transaction() as acting:
        changing.move(acting, COMPANY, alert.id, AlertStatus.CONTACTED, ANA)
    release(scored([500], [AS_OF + timedelta(days=5)]), AS_OF + timedelta(days=10), "company-2")
    (marked,) = alerts(session)
    assert (marked.status, marked.sign) == (AlertStatus.CONTACTED, Sign.BOUGHT)
    assert queries.events_of(session, alert.id)[0].act == AlertAct.SIGN


def test_many_at_once_leave_out_what_others_changed(team: dict[str, int], session: Session) -> None:
    found = raised(500, 400, 300)
    with transaction() as acting:
        changing.add_note(acting, COMPANY, found[0].id, "a note disturbs nobody", ANA)
        changing.move(acting, COMPANY, found[1].id, AlertStatus.CONTACTED, ANA)
    seen = {one.id: one.version for one in found}
    with transaction() as acting:
        done = bulk.dismiss(acting, COMPANY, seen, DismissReason.NOT_WORTH, "", "manager@x.cl")
    assert (done.changed, done.left) == (2, 1)
    assert [one.customer_id for one in alerts(session, show="todo")] == ["C2"]


def test_owners_and_managers_are_told_once(team: dict[str, int], session: Session) -> None:
    release(scored([500, 400, 300]))
    found = alert_all()
    with transaction() as acting:
        assert (tell(acting, COMPANY, found), tell(acting, COMPANY, found)) == (3, 0)
    (told,) = inbox.inbox(session, team["manager@x.cl"])
    assert (told.route, told.values["count"], told.values["unowned"]) == ("/ml-insights/churn", 3, 0)
    counts = [inbox.inbox(session, team[email])[0].values["count"] for email in (ANA, "beto@x.cl")]
    assert sorted(counts) == [1, 2]
    assert inbox.count(session, team["analyst@x.cl"]) == 0
