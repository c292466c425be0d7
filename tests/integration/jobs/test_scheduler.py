"""The scheduler in this process, with the clock in the test's hand: firings, misfires, jumps of time, the lease."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.capability import Capability, Job, Schedule
from ml_insights.core.database import engine, reading, transaction
from ml_insights.core.settings import settings
from ml_insights.jobs import declared, leases, queries, schedules, service
from ml_insights.jobs import scheduler as scheduler_module
from ml_insights.jobs.errors import InvalidCron, NotScheduled, UnknownZone
from ml_insights.jobs.policy import MOST_ATTEMPTS
from ml_insights.jobs.runner import run_now
from ml_insights.jobs.scheduler import LASTS, LEASE, Scheduler
from ml_insights.jobs.tables import JobRun, JobSchedule, JobStatus, Misfire

HERE = "tests.integration.jobs.sample"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEADLINE_SECONDS = 30


def job(name: str, cron: str = "", misfire: str = "once") -> Job:
    schedule = Schedule(cron, misfire, grace_minutes=5) if cron else None  # pyright: ignore[reportArgumentType]
    return Job(name, f"Title of {name}", f"{HERE}:nothing", Area.JOBS, schedule)


JOBS = (job("hourly", "0 * * * *"), job("strict", "0 * * * *", "skip"), job("by-hand"))


@pytest.fixture(autouse=True)
def few_jobs(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMEZONE", "UTC")
    settings.cache_clear()
    capability = Capability(name="sample", jobs=JOBS)
    for module in (declared, service):
        monkeypatch.setattr(module, "capabilities", lambda: (capability,))


class Site:
    """A scheduler that only notes what it would start."""

    def __init__(self, patience: timedelta = HOUR) -> None:
        self.started: list[int] = []
        self.scheduler = Scheduler(patience=patience, start=self.started.append)

    def tick(self, at: datetime) -> "Site":
        with clock.frozen(at):
            self.scheduler.tick()
        return self


def runs(name: str) -> list[tuple[datetime | None, JobStatus]]:
    with reading() as session:
        rows = session.exec(select(JobRun).where(JobRun.job == name).order_by(JobRun.id))  # pyright: ignore
        return [(row.firing_at, row.status) for row in rows]


def newest(name: str) -> int:
    """The number of the job's newest run."""
    with reading() as session:
        (run, *_), _total = queries.history(session, name)
    return run.id


def next_at(name: str) -> datetime | None:
    with reading() as session:
        row = session.get(JobSchedule, name)
        return row.next_at if row else None


def finish(site: Site, at: datetime) -> None:
    """Do what the scheduler wanted to start."""
    with clock.frozen(at):
        while site.started:
            run_now(site.started.pop(0))


def change(verb: Callable[..., object], *arguments: object, at: datetime = NOON) -> None:
    with clock.frozen(at), transaction() as session:
        verb(session, *arguments)


def test_a_firing_is_recorded_and_started_once() -> None:
    site = Site().tick(NOON + HOUR / 2)
    assert (runs("hourly"), next_at("hourly")) == ([], NOON + HOUR)
    site.tick(NOON + HOUR)
    assert runs("hourly") == [(NOON + HOUR, JobStatus.QUEUED)]
    assert next_at("hourly") == NOON + 2 * HOUR
    finish(site, NOON + HOUR)
    site.tick(NOON + HOUR).tick(NOON + HOUR + timedelta(minutes=59))
    assert (runs("hourly"), site.started) == ([(NOON + HOUR, JobStatus.DONE)], [])
    with reading() as session:
        run = session.exec(select(JobRun).where(JobRun.job == "hourly")).one()
    assert (run.actor, run.fence, run.attempt) == ("schedule", 1, 1)


def test_jobs_by_hand_never_fire() -> None:
    Site().tick(NOON).tick(NOON + 48 * HOUR)
    assert runs("by-hand") == []


def test_missed_firings_run_once_or_are_skipped() -> None:
    Site().tick(NOON)
    site, morning = Site(), NOON + 20 * HOUR + timedelta(minutes=30)
    site.tick(morning)
    last = NOON + 20 * HOUR
    assert runs("hourly") == [(last, JobStatus.QUEUED)]
    assert runs("strict") == [(last, JobStatus.SKIPPED)]
    with reading() as session:
        (skipped,), _ = queries.history(session, "strict")
    assert "no scheduler was running" in skipped.message_in("en")
    assert next_at("hourly") == next_at("strict") == NOON + 21 * HOUR


def test_a_little_late_is_not_missed() -> None:
    Site().tick(NOON).tick(NOON + HOUR + timedelta(minutes=4))
    assert runs("strict") == [(NOON + HOUR, JobStatus.QUEUED)]


def test_a_firing_is_left_out_while_the_run_before_it_has_not_ended() -> None:
    site = Site().tick(NOON).tick(NOON + HOUR)
    with clock.frozen(NOON + 2 * HOUR - timedelta(seconds=10)), transaction() as session:
        service.claim(session, newest("hourly"))
    site.tick(NOON + 2 * HOUR)
    assert runs("hourly") == [(NOON + HOUR, JobStatus.RUNNING), (NOON + 2 * HOUR, JobStatus.SKIPPED)]
    with clock.frozen(NOON + 2 * HOUR), reading() as session:
        shown = queries.job_fact(session, "hourly").last
    assert shown and shown.status == JobStatus.RUNNING, "what is under way is shown, not what was left out after it"


def test_a_run_by_hand_keeps_the_firing_from_starting_a_second_one() -> None:
    site = Site().tick(NOON)
    change(lambda session: service.enqueue(session, "hourly", "ana@example.com"))
    site.tick(NOON + HOUR)
    assert runs("hourly") == [(None, JobStatus.QUEUED), (NOON + HOUR, JobStatus.SKIPPED)]


def test_a_clock_that_jumps_ahead_fires_the_latest_only() -> None:
    site = Site().tick(NOON + timedelta(minutes=59))
    site.tick(NOON + 400 * 24 * HOUR)
    assert runs("hourly") == [(NOON + 400 * 24 * HOUR, JobStatus.QUEUED)]


def test_a_clock_that_is_set_back_repeats_nothing() -> None:
    site = Site().tick(NOON).tick(NOON + HOUR)
    finish(site, NOON + HOUR)
    for minutes in (59, 60, 61):
        site.tick(NOON + timedelta(minutes=minutes))
    assert runs("hourly") == [(NOON + HOUR, JobStatus.DONE)]
    site.tick(NOON + 2 * HOUR)
    assert [firing for firing, _ in runs("hourly")] == [NOON + HOUR, NOON + 2 * HOUR]


def test_a_clock_that_was_wrong_for_a_moment_does_not_silence_the_schedule() -> None:
    site, wrong = Site().tick(NOON), NOON + 365 * 24 * HOUR
    finish(site.tick(wrong), wrong)
    assert next_at("hourly") == wrong + HOUR
    site.tick(NOON + timedelta(minutes=1))
    assert next_at("hourly") == NOON + HOUR
    site.tick(NOON + HOUR)
    assert [firing for firing, _ in runs("hourly")] == [wrong, NOON + HOUR]


def test_pausing_and_resuming() -> None:
    site = Site().tick(NOON)
    change(schedules.pause, "hourly", "ana@example.com")
    site.tick(NOON + 3 * HOUR)
    assert (runs("hourly"), next_at("hourly")) == ([], None)
    change(schedules.resume, "hourly", "ana@example.com", at=NOON + 4.5 * HOUR)
    site.tick(NOON + 4.5 * HOUR)
    assert runs("hourly") == []  # what was missed while it was paused is not caught up on
    site.tick(NOON + 5 * HOUR)
    assert runs("hourly") == [(NOON + 5 * HOUR, JobStatus.QUEUED)]


def test_an_edited_schedule_counts_from_the_next_look_on() -> None:
    site = Site().tick(NOON)
    change(schedules.edit, "hourly", "30 3 * * *", "America/Santiago", Misfire.SKIP, "ana@example.com")
    site.tick(NOON + 3 * HOUR)
    assert runs("hourly") == []
    half_past_three = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    assert next_at("hourly") == half_past_three
    site.tick(half_past_three)
    assert runs("hourly") == [(half_past_three, JobStatus.QUEUED)]
    with reading() as session:
        schedule = queries.job_fact(session, "hourly").schedule
    assert schedule is not None
    assert (schedule.edited_by, schedule.misfire) == ("ana@example.com", Misfire.SKIP)


def test_what_is_set_back_to_the_default_follows_it_again() -> None:
    change(schedules.edit, "hourly", "30 3 * * *", "America/Santiago", Misfire.SKIP, "ana@example.com")
    change(schedules.edit, "hourly", "0 * * * *", "UTC", Misfire.ONCE, "ana@example.com")
    with reading() as session:
        row = session.get(JobSchedule, "hourly")
    assert row is not None and (row.cron, row.zone, row.misfire) == (None, None, None)


def test_a_default_that_changed_does_not_fire_at_its_former_time(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site().tick(NOON)
    later = Capability(name="sample", jobs=(job("hourly", "45 * * * *"),))
    monkeypatch.setattr(declared, "capabilities", lambda: (later,))
    site.tick(NOON + HOUR)
    assert (runs("hourly"), next_at("hourly")) == ([], NOON + 1.75 * HOUR)


def test_a_job_gets_a_schedule_only_by_a_person() -> None:
    with pytest.raises(NotScheduled):
        change(schedules.pause, "by-hand", "ana@example.com")
    change(schedules.edit, "by-hand", "0 13 * * *", "UTC", Misfire.ONCE, "ana@example.com")
    Site().tick(NOON + HOUR)
    assert runs("by-hand") == [(NOON + HOUR, JobStatus.QUEUED)]


def test_a_schedule_that_cannot_be_read_changes_nothing() -> None:
    Site().tick(NOON)
    for cron, zone, error in (("0 25 * * *", "UTC", InvalidCron), ("0 1 * * *", "Mars/Olympus", UnknownZone)):
        with pytest.raises(error):
            change(schedules.edit, "hourly", cron, zone, Misfire.ONCE, "ana@example.com")
    assert next_at("hourly") == NOON + HOUR


def test_interrupted_firings_are_taken_up_again_but_not_for_ever() -> None:
    site, at = Site().tick(NOON), NOON + HOUR
    for attempt in range(1, MOST_ATTEMPTS + 1):
        site.tick(at)
        with clock.frozen(at), transaction() as session:
            run = service.claim(session, newest("hourly"))
            assert run.attempt == attempt
            service.finish(session, run.id or 0, attempt, JobStatus.INTERRUPTED)
    site.started.clear()
    site.tick(at)
    assert runs("hourly") == [(at, JobStatus.FAILED)]
    assert newest("hourly") not in site.started
    with reading() as session:
        (failed,), _ = queries.history(session, "hourly")
    assert f"interrupted {MOST_ATTEMPTS} times" in failed.error_in("en")


def test_an_interrupted_firing_that_somebody_cancelled_stays_where_it_is() -> None:
    site = Site().tick(NOON).tick(NOON + HOUR)
    with clock.frozen(NOON + HOUR), transaction() as session:
        run = service.claim(session, newest("hourly"))
        service.request_cancel(session, run.id or 0, "ana@example.com")
        service.finish(session, run.id or 0, run.attempt, JobStatus.INTERRUPTED)
    site.tick(NOON + HOUR + timedelta(minutes=1))
    assert runs("hourly") == [(NOON + HOUR, JobStatus.CANCELLED)]


def test_a_waiting_run_of_a_process_that_is_gone_is_started() -> None:
    change(lambda session: service.enqueue(session, "by-hand", "ana@example.com"))
    assert Site().tick(NOON + timedelta(seconds=30)).started == []  # who asked for it is about to start it
    assert len(Site().tick(NOON + timedelta(minutes=2)).started) == 1


def test_a_silent_worker_is_given_up_even_after_the_clock_was_set_back() -> None:
    site = Site(patience=timedelta(seconds=0.2)).tick(NOON).tick(NOON + HOUR)
    with clock.frozen(NOON + HOUR), transaction() as session:
        service.claim(session, newest("hourly"))
    earlier, pause = NOON + HOUR - timedelta(minutes=20), threading.Event()
    site.started.clear()
    for _ in range(DEADLINE_SECONDS * 20):
        if newest("hourly") in site.tick(earlier).started:
            break
        pause.wait(0.05)
    assert runs("hourly") == [(NOON + HOUR, JobStatus.QUEUED)]


def test_a_clock_that_jumps_ahead_does_not_end_a_run_that_lives() -> None:
    site = Site().tick(NOON).tick(NOON + HOUR)
    with clock.frozen(NOON + HOUR), transaction() as session:
        service.claim(session, newest("hourly"))
    site.tick(NOON + 6 * HOUR)
    assert runs("hourly") == [(NOON + HOUR, JobStatus.RUNNING), (NOON + 6 * HOUR, JobStatus.SKIPPED)]


def test_one_leads_and_the_other_waits_until_the_lease_ends() -> None:
    first, second = Site().tick(NOON), Site().tick(NOON)
    assert (first.scheduler.leads, second.scheduler.leads) == (True, False)
    second.tick(NOON + LASTS + timedelta(seconds=1))
    assert second.scheduler.leads


def test_a_lease_that_is_given_back_is_free_at_once() -> None:
    first, second = Site().tick(NOON), Site()
    first.scheduler.step_down()
    assert second.tick(NOON).scheduler.leads


def test_a_stale_leader_does_nothing_once_it_wakes() -> None:
    stale, successor = Site().tick(NOON), Site()
    successor.tick(NOON + HOUR - timedelta(seconds=5))
    stale.tick(NOON + HOUR)  # due, and it still believed to lead
    assert (stale.scheduler.leads, runs("hourly")) == (False, [])
    successor.tick(NOON + HOUR)
    assert runs("hourly") == [(NOON + HOUR, JobStatus.QUEUED)]
    with reading() as session:
        assert {run.fence for run in session.exec(select(JobRun))} == {2}


def test_the_token_of_a_stale_leader_is_refused() -> None:
    with clock.frozen(NOON), transaction() as session:
        old = leases.take(session, LEASE, "old", LASTS)
    with clock.frozen(NOON + HOUR), transaction() as session:
        new = leases.take(session, LEASE, "new", LASTS)
    assert old and new and new.fence == old.fence + 1
    with transaction() as session:
        assert not leases.renew(session, old, LASTS)
        leases.give_back(session, old)
        assert leases.renew(session, new, LASTS)


def test_a_lease_that_nobody_renews_is_free_although_it_seems_to_last() -> None:
    with clock.frozen(NOON + 1000 * HOUR), transaction() as session:
        leases.take(session, LEASE, "gone", LASTS)
    with clock.frozen(NOON), transaction() as session:
        assert leases.take(session, LEASE, "me", LASTS) is None
        assert leases.take(session, LEASE, "me", LASTS, dead=leases.look(session, LEASE)) is not None


@pytest.mark.postgres
def test_nobody_takes_the_lease_while_its_holder_is_at_work(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer anyway")
    with clock.frozen(NOON), transaction() as session:
        held = leases.take(session, LEASE, "holder", LASTS)
    assert held
    taken: list[leases.Lease | None] = []
    late = NOON + HOUR

    def rival() -> None:
        with clock.frozen(late), transaction() as session:
            taken.append(leases.take(session, LEASE, "rival", LASTS))

    thread = threading.Thread(target=rival)
    with clock.frozen(late), transaction() as session:
        assert leases.renew(session, held, LASTS)
        thread.start()
        wait_for_a_blocked_session()
    thread.join(DEADLINE_SECONDS)
    assert taken == [None]


@pytest.mark.postgres
def test_two_that_come_first_at_once_do_not_both_lead(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer anyway")
    taken: list[leases.Lease | None] = []

    def rival() -> None:
        with clock.frozen(NOON), transaction() as session:
            taken.append(leases.take(session, LEASE, "rival", LASTS))

    thread = threading.Thread(target=rival)
    with clock.frozen(NOON), transaction() as session:
        held = leases.take(session, LEASE, "first", LASTS)
        thread.start()
        wait_for_a_blocked_session()
    thread.join(DEADLINE_SECONDS)
    assert held and taken == [None]
    with clock.frozen(NOON), transaction() as session:
        assert not leases.renew(session, leases.Lease(LEASE, "rival", held.fence), LASTS)


def wait_for_a_blocked_session() -> None:
    watching, pause = create_engine(engine().url), threading.Event()
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with watching.connect() as connection:
        for _ in range(DEADLINE_SECONDS * 20):
            if connection.exec_driver_sql(blocked).scalar_one():
                break
            connection.rollback()
            pause.wait(0.05)
        else:
            pytest.fail("the rival never waited for the lease")
    watching.dispose()


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_session: Session, _fence: int) -> dict[str, datetime]:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    site = Site()
    with monkeypatch.context() as patch:
        patch.setattr(scheduler_module.schedules, "settle", away)
        site.tick(NOON)
    assert not site.scheduler.leads
    assert site.tick(NOON).scheduler.leads


def test_the_alarm_wakes_it_between_two_renewals(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks by itself once an hour here, so that only APScheduler can be what asks for the second time."""
    looks: list[datetime] = []
    again, stop = threading.Event(), threading.Event()

    def settle(_session: Session, _fence: int) -> dict[str, datetime]:
        looks.append(clock.now())
        if len(looks) > 1:
            again.set()
        return {"hourly": looks[0] + timedelta(seconds=0.3)}

    monkeypatch.setattr(scheduler_module.schedules, "settle", settle)
    candidate = Scheduler(every=HOUR, start=lambda _run: None)
    thread = threading.Thread(target=candidate.run, args=(stop,))
    thread.start()
    assert again.wait(DEADLINE_SECONDS)
    stop.set()
    thread.join(DEADLINE_SECONDS)
    assert looks[1] - looks[0] >= timedelta(seconds=0.3)
    with reading() as session:
        assert queries.leader(session, LEASE) is None  # given back
