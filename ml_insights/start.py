"""From a fresh checkout to a served site, step by step; each step does nothing where nothing is left to do."""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from sqlmodel import Session

from ml_insights.accounts import queries as people
from ml_insights.accounts import service as accounts
from ml_insights.commerce import queries as commerce
from ml_insights.commerce.tables import Dataset
from ml_insights.core import build, computing, demo, migrations
from ml_insights.core.capability import load
from ml_insights.core.database import engine, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext
from ml_insights.core.settings import settings

ACTOR = "start"


class PortTaken(ProductError):
    """Port {port} is taken by another program, perhaps this site started before. Stop that one, or choose another
    port: make run PORT={other}."""

    status, code = 500, "port-taken"


def run(port: int | None = None) -> NoReturn:
    """Prepare everything and serve it. Raises PortTaken, BuildFailed."""
    _settle_port(port)
    _prepare_tables()
    with build.beside() as built:
        with _quiet():
            _load_demo()
            _train()
        _build_site(built)
    _invite()
    _become_server()


def serve(port: int | None = None) -> NoReturn:
    """Build the site if its sources changed and become its server. Raises PortTaken, NotMigrated, BuildFailed."""
    _settle_port(port)
    migrations.require_current(engine())
    _build_site(build.ensure)
    _become_server()


@contextmanager
def _step(title: str) -> Iterator[Callable[[str], None]]:
    """Says what is being done, and at the end how it went and how long it took."""
    outcome = ["done"]
    started = time.monotonic()
    print(f"▸ {title} …", flush=True)
    yield outcome.append
    print(f"  {title}: {outcome[-1]} ({time.monotonic() - started:.1f} s)", flush=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Steps report themselves to who waits for them; what jobs log between is of use on a site that runs."""
    log = logging.getLogger("ml_insights")
    before = log.level
    log.setLevel(max(log.getEffectiveLevel(), logging.WARNING))
    try:
        yield
    finally:
        log.setLevel(before)


def _settle_port(port: int | None) -> None:
    """Make every process of this start agree on the port, and see that it is free before any long work."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = port or settings().port
    os.environ["PORT"] = str(chosen)
    if "public_url" not in settings().model_fields_set:
        os.environ["PUBLIC_URL"] = f"http://localhost:{chosen}"
    settings.cache_clear()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", chosen))  # noqa: S104
        except OSError:
            raise PortTaken(port=chosen, other=chosen + 1) from None


def _prepare_tables() -> None:
    with _step("Database") as say:
        before = migrations.current(engine())
        migrations.upgrade(engine())
        say("up to date" if before == migrations.head() else f"brought to revision {migrations.head()}")


def _load_demo() -> None:
    with _step("Demo company") as say:
        with transaction() as session:
            shown = commerce.active_dataset(session)
            there = commerce.has_any_rows(session, shown)
            begun = shown == Dataset.DEMO and demo.unfinished(session)
            unwanted = demo.unwanted(session)
        if there and not begun:
            say("not needed: there are data")
        elif unwanted:
            say("left out: somebody removed it")
        else:
            made = demo.make(ACTOR, progress=_of_demo(_report()))
            say(f"{sum(made.values()):,} rows added")


def _of_demo(report: Callable[[float, str, dict[str, Any]], None]) -> Callable[..., None]:
    def progress(share: float, message: str, **values: Any) -> None:
        report(share, message, values)

    return progress


def _shows_orders(session: Session, dataset: Dataset) -> bool:
    return commerce.active_dataset(session) == dataset and commerce.has_orders(session, dataset)


def _ask_for_results(session: Session) -> None:
    """Where anything is missing or older than the data, as after an update or where data came without a site."""
    computer = computing.computer()
    stands = computer.look(session).models.values()
    if any(one.outdated or one.stand == computing.Stand.NOT_COMPUTED for one in stands):
        computer.changed(session, Dataset.COMPANY.value)


def _train() -> None:
    """Compute what the demo company shows; one that fails is told and does not keep the site from starting.

    A company's own data are computed while the site is up, which shows how far that is. So is a slow model of the demo
    company whose older results stand there: its pages have something to show meanwhile.
    """
    from ml_insights.jobs import service
    from ml_insights.jobs.within import run_or_wait

    with transaction() as session:
        dataset = commerce.active_dataset(session)
        if dataset == Dataset.COMPANY:
            _ask_for_results(session)
        missing = service.models_to_compute(session, dataset) if _shows_orders(session, Dataset.DEMO) else []
        later = [spec for spec in missing if spec.slow and load(spec.published)(session, dataset)]
    for spec in missing:
        if spec in later:
            continue
        with _step(spec.title) as say:
            with transaction() as session:
                run_id = service.enqueue(session, spec.job, ACTOR, dataset=dataset).id or 0
            done = run_or_wait(run_id, _report())
            say(done.status if done.error is None else f"{done.status}: {done.error}")
    if missing and settings().demo_months:
        demo.act()
    for spec in later:
        with _step(spec.title) as say, transaction() as session:
            service.enqueue(session, spec.job, ACTOR, dataset=dataset)
            say("older results stand; newer ones are computed while the site is up")


def _report() -> Callable[[float, str, dict[str, Any]], None]:
    """Prints a line whenever a further tenth is done."""
    printed = [-1]

    def on_progress(share: float, message: str, values: dict[str, Any]) -> None:
        tenth = int(share * 10)
        if tenth > printed[0]:
            printed[0] = tenth
            print(f"  {share:4.0%} {gettext(message, settings().language, **values)}", flush=True)

    return on_progress


def _build_site(built: Callable[[], bool]) -> None:
    with _step("Site") as say:
        say("built" if built() else "already built")


def _become_server() -> NoReturn:
    """Give this process to the server: signals reach it directly, and nothing is left behind."""
    print(f"\n  ML Insights is at {settings().public_url} — stop it with Ctrl-C.\n", flush=True)
    engine().dispose()
    os.chdir(migrations.ROOT)
    os.execve(sys.executable, [sys.executable, "-m", "ml_insights.ui.serving"], build.environment())  # noqa: S606


def _invite() -> None:
    """Show the first admin's one-time link, and the demo company's logins where there are none yet."""
    with _step("Sign-in") as say:
        with transaction() as session:
            link = accounts.ensure_setup_link(session)
            logins = accounts.create_demo_logins(session) if _shows_demo(session) else []
        for email, password, role in logins:
            print(f"  demo {role:<12} {email:<36} {password}", flush=True)
        if link:
            print(f"  Make yourself admin (works once): {link}", flush=True)
        say("waiting for its first admin" if link else "there is an admin")


def _shows_demo(session: Session) -> bool:
    """Whether the demo company is what people see, and nobody can sign in to it yet."""
    return _shows_orders(session, Dataset.DEMO) and not people.has_demo_logins(session)
