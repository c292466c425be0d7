"""What every capability promises to the rest of the product, checked for each one of the list."""

import inspect
import subprocess
import sys
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from ml_insights.capabilities import NAMES, capabilities
from ml_insights.core import clock, demo
from ml_insights.core.access import MATRIX
from ml_insights.core.capability import Capability, DatasetPart, Job, Page, load
from ml_insights.core.i18n import PACKAGE, catalog
from ml_insights.core.migrations import metadata
from ml_insights.jobs.cron import Cron

CAPABILITIES = {capability.name: capability for capability in capabilities()}
PAGES = {page.route: page for capability in CAPABILITIES.values() for page in capability.pages}
PARTS = {name: capability.rows for name, capability in CAPABILITIES.items() if capability.rows}
KEPT = {"audit_events", "data_versions", "alembic_version"}
"""Tables in which removing the demo company leaves its trace on purpose."""

JOBS = [job for capability in CAPABILITIES.values() for job in capability.jobs]
SCHEDULED = [job for job in JOBS if job.schedule]

every_capability = pytest.mark.parametrize("capability", CAPABILITIES.values(), ids=CAPABILITIES)
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
every_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
every_scheduled_job = pytest.mark.parametrize("job", SCHEDULED, ids=lambda job: job.name)
every_part = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)


def references(capability: Capability) -> Iterator[str]:
    """Every "package.module:attribute" that a capability names."""
    yield from (capability.tables or "", capability.callers or "", capability.computer or "")
    yield from (*capability.routers, *capability.commands, *capability.notices)
    yield from (*capability.metrics, *capability.lifespan)
    for page in capability.pages:
        yield from (page.view, page.on_load or "")
    for part in (*capability.cards, *capability.top_bar):
        yield from (part.view, part.on_load)
    yield from (job.run for job in capability.jobs)
    yield from (kind.remove for kind in capability.ageing)
    for model in capability.models:
        yield from (model.published, model.outcomes or "")
    yield from (reference for target in capability.imports for reference in (target.write, target.table))
    yield from (check.run for check in capability.checks)
    if capability.rows:
        yield from (capability.rows.fill or "", capability.rows.clear, capability.rows.count)


def titles(capability: Capability) -> Iterator[str]:
    """Every text of a capability that a reader sees."""
    for page in capability.pages:
        yield from (page.title, page.group or "", page.tab_label or "")
    for named in (*capability.jobs, *capability.ageing, *capability.models, *capability.imports):
        yield named.title


@every_job
def test_a_job_takes_a_data_set_where_it_says_that_it_works_on_one(job: Job):
    assert ("dataset" in inspect.signature(load(job.run)).parameters) == job.per_dataset


@every_capability
def test_every_reference_loads(capability: Capability):
    for reference in filter(None, references(capability)):
        assert load(reference) is not None


@every_capability
def test_it_is_listed_under_its_own_name(capability: Capability):
    assert capability.name in NAMES


@every_capability
def test_what_readers_see_is_in_spanish_too(capability: Capability):
    spanish = catalog("es")
    assert [title for title in titles(capability) if title and title not in spanish] == []


@every_capability
def test_it_has_a_catalogue(capability: Capability):
    path = PACKAGE / capability.name / "locale" / "es.po"
    if not any(filter(None, titles(capability))):
        pytest.skip("shows nothing")
    assert path.exists()
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="es") if message.id]
    assert messages
    assert [message.id for message in messages if not message.string] == []


@every_capability
def test_models_are_trained_by_jobs_that_exist(capability: Capability):
    jobs = {job.name for other in CAPABILITIES.values() for job in other.jobs}
    assert {model.job for model in capability.models} <= jobs


@every_capability
def test_imports_follow_a_known_contract(capability: Capability):
    from ml.frames import CONTRACTS

    assert {target.contract for target in capability.imports} <= set(CONTRACTS)


@every_scheduled_job
def test_scheduled_job_can_run_by_itself(job: Job):
    assert job.schedule is not None
    assert Cron(job.schedule.cron, "America/Santiago").after(clock.now()) > clock.now()
    _progress, *arguments = inspect.signature(load(job.run)).parameters.values()
    assert [one.name for one in arguments if one.default is one.empty] == [], "a scheduled run has no arguments"


def test_names_of_jobs_and_models_are_unique():
    jobs = [job.name for capability in CAPABILITIES.values() for job in capability.jobs]
    models = [model.name for capability in CAPABILITIES.values() for model in capability.models]
    assert len(jobs) == len(set(jobs))
    assert len(models) == len(set(models))
    assert sum(len(capability.pages) for capability in CAPABILITIES.values()) == len(PAGES)


@every_page
def test_page_says_who_may_open_it(page: Page):
    assert page.public != (page.area is not None)
    assert page.area is None or MATRIX[page.area]


@every_page
def test_tab_belongs_to_a_page(page: Page):
    assert page.tab_of is None or PAGES[page.tab_of].tab_of is None


def test_areas_are_all_in_the_matrix():
    areas = [job.area for capability in CAPABILITIES.values() for job in capability.jobs]
    areas += [card.area for capability in CAPABILITIES.values() for card in capability.cards]
    assert set(areas) <= set(MATRIX)


def test_list_loads_without_the_site_or_the_models():
    """Workers and the command line read the list; they must not pay for Reflex or the model libraries."""
    slow = ("reflex", "sklearn", "statsforecast", "prophet", "xgboost", "plotly")
    script = (
        "import sys; from ml_insights.capabilities import capabilities; capabilities();"
        f"print([name for name in {slow!r} if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


@every_part
def test_the_demo_goes_as_it_came(part: DatasetPart, sqlite_database: Engine):
    with Session(sqlite_database) as session:
        added = load(part.fill)(session, demo.SEED, demo.whole()) if part.fill else {}
        assert {table: load(part.count)(session, demo.DATASET).get(table) for table in added} == added
        removed = load(part.clear)(session, demo.DATASET)
        assert removed.items() >= added.items()
        assert not any(load(part.count)(session, demo.DATASET).values())


def test_nothing_of_the_demo_company_stays(sqlite_database: Engine):
    with Session(sqlite_database) as session:
        demo.fill(session, "test")
        demo.clear(session, "test")
        session.commit()
        left = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in metadata().sorted_tables
            if table.name not in KEPT
        }
    assert {name: rows for name, rows in left.items() if rows} == {}
