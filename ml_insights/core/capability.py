"""What a capability brings. Site, workers, command line, importer, demo and doctor read these values, never the slices.

Everything that is slow to import, or needs Reflex, is named as text ("package.module:attribute") and loaded on use.
"""

from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any, Literal, Protocol

from ml_insights.core.access import Area


def load(reference: str) -> Any:
    """The object that "package.module:attribute" names."""
    module, _, attribute = reference.partition(":")
    target = import_module(module)
    for part in attribute.split("."):
        target = getattr(target, part)
    return target


@dataclass(frozen=True)
class Page:
    """One route of the site.

    `view` names a function without arguments that returns the page's content (the shell is put around it), `on_load`
    an event handler, `first` a function `(query, language) -> dict` of what the page's HTML shows before any
    script has arrived: "figure" and "summary" of its first chart; empty where there is nothing to show. `group`,
    `label` and `icon` (Lucide name) place it in the navigation; no group, no entry there. Within its group, entries
    stand by `order`, lowest first. `tab_of` is the route of the page whose tab it is. `public` pages need no sign-in
    and get no shell.
    """

    route: str
    title: str
    view: str
    area: Area | None = None
    on_load: str | None = None
    first: str | None = None
    group: str | None = None
    order: int = 50
    icon: str = "circle"
    badge: str | None = None
    tab_of: str | None = None
    tab_label: str | None = None
    public: bool = False


class Progress(Protocol):
    """How far a long piece of work is: `share` from 0 to 1, and what is being done, as a translatable message."""

    def __call__(self, share: float, message: str, **values: Any) -> None: ...


def part(progress: Progress, start: float, width: float) -> Progress:
    """Reports a piece of the work: from `start` on, `width` of the whole."""

    def report(share: float, message: str, **values: Any) -> None:
        progress(start + width * share, message, **values)

    return report


@dataclass(frozen=True)
class Schedule:
    """When a job runs by itself, until somebody edits that on the page of jobs.

    `cron` has the five fields of crontab (Sunday is 0 or 7), read in the installation's zone. A firing that starts
    within `grace_minutes` is on time; a later one was missed, as while the machine was off, and `misfire` says what
    becomes of it: "once" runs the job once however many firings were missed, "skip" waits for the next one.
    """

    cron: str
    misfire: Literal["once", "skip"] = "once"
    grace_minutes: int = 5


@dataclass(frozen=True)
class Job:
    """Something that runs in a worker, by hand or by schedule.

    `run` names `(progress, **arguments) -> dict` (a JSON-able result) and commits its own transactions. A worker can
    be killed at any point and the run started again, so what `run` does must bear repeating. A scheduled run has no
    arguments. A run that takes longer than `minutes` is ended; the setting JOB_MINUTES gives a job more or less. A run
    that `resumes` is started by whoever leads the schedule, as soon as it waits in the queue and again
    after an interruption, as scheduled ones are; others by whoever asked for them. A job that is `per_dataset` works on
    one data set, the argument `dataset` or else the active one, and two runs on one never go at once, whoever asked.

    A `light` job runs in the process that starts it, the scheduler's or the site's, beside those in workers: it costs
    no start of Python, and of its runs that went well only the newest leaves a row. It takes seconds, or reports
    progress often: it is stopped at a report, for its process cannot be ended.
    """

    name: str
    title: str
    run: str
    area: Area
    schedule: Schedule | None = None
    resumes: bool = False
    per_dataset: bool = False
    light: bool = False
    minutes: int = 60


@dataclass(frozen=True)
class Published:
    """What readers see of a model: the state of the data that it was made from, and the last day that it knows."""

    data_version: str
    until: date


@dataclass(frozen=True)
class ModelSpec:
    """A model that is kept up to date with its data.

    `job` is the name of the Job that does so: its `run` takes `dataset` and `force`, and raises InsufficientData where
    there is nothing to make the model of. `published` names `(session, dataset) -> Published | None`: what readers see.
    `trainer` names a `core.training.Trainer`: how retraining fits, judges and publishes it. `outcomes` names
    `(session, dataset, due: DataFrame[prediction_id, subject, target_at, version]) -> DataFrame[prediction_id, actual]`
    (version is the model's): what came true, for those that can be known by now. A further column `reason` closes
    predictions that never can be.
    `describes` says that its results tell the past, as groups do: they are shown however well they foretell.
    `slow` says that it takes minutes: where older results stand, a start does not wait for newer ones.
    """

    name: str
    title: str
    job: str
    published: str
    trainer: str | None = None
    outcomes: str | None = None
    describes: bool = False
    slow: bool = False


@dataclass(frozen=True)
class ImportTarget:
    """Where rows of a column contract (a name in `ml.frames.CONTRACTS`) go.

    `write` names `(session, batch) -> ImportCount`; see `ml_insights.commerce.imports`. `table` names the SQLModel
    table that the rows end up in, which has a column `dataset`: a row of it makes the site the company's.
    """

    contract: str
    title: str
    write: str
    table: str
    target: str
    """Names the `ml_insights.commerce.writing.Target` that `write` writes into."""


@dataclass(frozen=True)
class DatasetPart:
    """A capability's share of a data set, "demo" or "company". Parts are cleared in the reverse order of the list.

    A capability that only derives rows from others' (forecasts, runs) has nothing to fill, but must count and clear.
    What people have set for the company (rules, limits) outlives its rows.
    """

    clear: str
    """Names `(session, dataset: str) -> dict[str, int]`: rows removed per table."""
    count: str
    """Names `(session, dataset: str) -> dict[str, int]`: rows that `clear` would remove, per table."""
    fill: str | None = None
    """Names `(session, seed: int, stretch: core.demo.Stretch) -> dict[str, int]`: rows of the demo company added per
    table."""
    work: str | None = None
    """Names `(session) -> None`: what the demo company's people do about what its models say on the day that it is."""
    repriced: str | None = None
    """Names `(session) -> Sequence[core.demo.Repriced]`: the prices that they have set."""
    withdraw: str | None = None
    """Names `(session, dataset: str, since: int) -> None`, called when rows were taken back that had been there since
    the data set's change number `since`: take out of use what was learnt from them."""


@dataclass(frozen=True)
class Card:
    """A card of the overview. `view` names a function returning a component, `on_load` the handler that fills it."""

    view: str
    area: Area
    on_load: str


@dataclass(frozen=True)
class TopBarItem:
    """Something in the bar above every page, left of the account, for everybody who is signed in.

    `view` names a function returning a component, `on_load` the handler that fills it with each page.
    """

    view: str
    on_load: str


@dataclass(frozen=True)
class Notice:
    """A line above every page for as long as its reason holds. `action` is what the link to `route` says."""

    kind: Literal["info", "warning", "danger"]
    message: str
    values: dict[str, Any] = field(default_factory=dict)
    route: str | None = None
    action: str | None = None


@dataclass(frozen=True)
class Check:
    """A question of the doctor. `run` names `() -> core.doctor.Finding`.

    `asked_by` names the option that a thorough question waits for; without one it is always asked.
    """

    name: str
    run: str
    asked_by: str = ""


@dataclass(frozen=True)
class Ageing:
    """Rows that a nightly job removes once they are older than `days`, or than the setting KEEP_DAYS says by `name`.

    `remove` names `(session, before: datetime, most: int) -> int`: it removes rows older than `before`, at most `most`
    of them, and says how many; 0 once none are left. What is shown as the present state stays, however old it is.
    """

    name: str
    title: str
    days: int
    remove: str


@dataclass(frozen=True)
class Capability:
    """One vertical slice of the product, as the rest of it sees it."""

    name: str
    tables: str | None = None
    pages: tuple[Page, ...] = ()
    routers: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    """Names of functions `(typer.Typer) -> None` that add this slice's commands."""
    command_names: tuple[str, ...] = ()
    """Commands that start without loading other slices' ones, because their start is felt."""
    jobs: tuple[Job, ...] = ()
    ageing: tuple[Ageing, ...] = ()
    models: tuple[ModelSpec, ...] = ()
    imports: tuple[ImportTarget, ...] = ()
    rows: DatasetPart | None = None
    cards: tuple[Card, ...] = ()
    top_bar: tuple[TopBarItem, ...] = ()
    checks: tuple[Check, ...] = ()
    notices: tuple[str, ...] = ()
    """Names of functions `(session) -> Notice | None`, asked whenever a page loads; they must be cheap."""
    metrics: tuple[str, ...] = ()
    """Names of functions `(session) -> Iterable[core.metrics.Metric]`: figures for Prometheus, asked at each scrape."""
    lifespan: tuple[str, ...] = ()
    """Names of `() -> AbstractAsyncContextManager`, entered while the site serves; not while it is built."""
    callers: str | None = None
    """Names a `core.identity.CallerBook`: how sessions and API keys are looked up. Accounts alone bring it."""
    past: str | None = None
    """Names `(actor, seed, months, progress) -> dict[str, int]`: how the demo company comes to a past, with the months
    that its models and people have been at work. Retraining alone brings it."""
    computer: str | None = None
    """Names a `core.computing.Computer`: what keeps results up to date with the data. Jobs alone bring it."""
    runs: str | None = None
    """Names a `core.runs.RunBook`: how slices below see and start jobs. Jobs alone bring it."""
