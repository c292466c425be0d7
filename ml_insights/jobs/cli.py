"""Jobs on the command line: `compute`, `jobs list|run|cancel|pause|resume|history|log` and `scheduler`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from ml_insights.core.computing import ModelStand
    from ml_insights.jobs.facts import JobFact, LogLine, RunFact

ACTOR = "command line"
LOOK_EVERY_SECONDS = 0.5
Name = Annotated[str, typer.Argument(help="Name of the job, as in `jobs list`.")]
RunNumber = Annotated[int, typer.Argument(help="Number of the run, as in `jobs history`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of jobs."""
    jobs = typer.Typer(help="What runs in the background, when, and how it went.", no_args_is_help=True)
    app.add_typer(jobs, name="jobs")
    jobs.command("list")(list_jobs)
    jobs.command()(run)
    jobs.command()(cancel)
    jobs.command()(pause)
    jobs.command()(resume)
    jobs.command()(history)
    jobs.command()(log)
    app.command()(compute)
    app.command()(scheduler)


def compute(as_json: AsJson = False) -> None:
    """Bring the results of every model up to the data, in this process.

    A running site does so by itself after every import. What a model has too little data for is left out, and told.
    Exit code 1 when something failed or was stopped.
    """
    from ml_insights.core.computing import Stand, computer

    signal.signal(signal.SIGTERM, _interrupted)
    done = computer().work(ACTOR, _reporter())
    if as_json:
        _print({name: _stand(model) for name, model in done.models.items()})
    else:
        for model in done.models.values():
            typer.echo(_stand_words(model))
    settled = (Stand.READY, Stand.NOT_USED)
    complete = not any(model.outdated or model.stand not in settled for model in done.models.values())
    raise typer.Exit(0 if complete else 1)


def list_jobs(as_json: AsJson = False) -> None:
    """Show every job, when it runs by itself and how it went last."""
    from ml_insights.core.database import reading
    from ml_insights.jobs import queries

    with reading() as session:
        facts = queries.job_facts(session)
    if as_json:
        _print([_job(fact) for fact in facts])
        return
    lines = [[fact.name, *_schedule_words(fact), *_outcome_words(fact.last)] for fact in facts]
    _table(("Job", "Schedule", "Next run", "Last run", "Outcome", "Took"), lines)


def run(name: Name, as_json: AsJson = False) -> None:
    """Run a job now, in this process, and wait for it.

    Exit code 0 when it is done, 1 when it failed, was cancelled or interrupted. Where it is under way already, this
    waits for that run instead of starting a second one.
    """
    from ml_insights.core.database import transaction
    from ml_insights.jobs import service
    from ml_insights.jobs.within import run_or_wait

    signal.signal(signal.SIGTERM, _interrupted)
    with transaction() as session:
        run_id = service.enqueue(session, name, ACTOR).id or 0
    _conclude(run_or_wait(run_id, _reporter()), as_json)


def cancel(run_id: RunNumber) -> None:
    """Ask a run to stop, wherever it runs; it does so at its next step, or is ended within ten seconds."""
    from ml_insights.core.database import transaction
    from ml_insights.jobs import service

    with transaction() as session:
        service.request_cancel(session, run_id, ACTOR)
    typer.echo(f"Run {run_id} was asked to stop.")


def pause(name: Name) -> None:
    """Keep a job from running by itself until it is resumed."""
    _change("pause", name)
    typer.echo(f"{name} is paused.")


def resume(name: Name) -> None:
    """Let a paused job run by itself again, from its next time on."""
    from ml_insights.core.database import reading
    from ml_insights.jobs import queries

    _change("resume", name)
    with reading() as session:
        typer.echo(f"{name} runs next: {_schedule_words(queries.job_fact(session, name))[1]}.")


def history(
    name: Name,
    status: Annotated[list[str] | None, typer.Option(help="Only runs that ended so; may be given repeatedly.")] = None,
    limit: Annotated[int, typer.Option(help="How many runs to show.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Show a job's newest runs."""
    from ml_insights.core.database import reading
    from ml_insights.jobs import queries
    from ml_insights.jobs.declared import find_job

    find_job(name)
    with reading() as session:
        runs, total = queries.history(session, name, _statuses(status or []), limit)
    if as_json:
        _print([_run(fact) for fact in runs])
        return
    _table(
        ("Run", "Asked by", "Began", "Outcome", "Took", ""),
        [[str(fact.id), fact.actor, *_outcome_words(fact), fact.error_in(_language())] for fact in runs],
    )
    typer.echo(f"{len(runs)} of {total} runs.")


def log(run_id: RunNumber, as_json: AsJson = False) -> None:
    """Print what a run said."""
    from ml_insights.core.database import reading
    from ml_insights.jobs import queries

    with reading() as session:
        queries.run_fact(session, run_id)
        lines = queries.log_lines(session, run_id)
    if as_json:
        _print([_plain(vars(line)) for line in lines])
        return
    for line in lines:
        typer.echo(_line(line))


def scheduler() -> None:
    """Run the scheduled jobs until told to stop (SIGTERM, Ctrl-C), apart from the site.

    Several may run at once, on one machine or on many: one leads, the others take over when it is gone. Set
    SCHEDULER=false where the site should leave the schedule to this command.
    """
    from ml_insights.jobs.scheduler import run_alone

    run_alone()


def _interrupted(*_: Any) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _change(verb: str, name: str) -> None:
    from ml_insights.core.database import transaction
    from ml_insights.jobs import schedules

    with transaction() as session:
        getattr(schedules, verb)(session, name, ACTOR)


def _statuses(names: list[str]) -> list[Any]:
    from ml_insights.core.errors import InvalidInput
    from ml_insights.jobs.tables import JobStatus

    known = [status.value for status in JobStatus]
    for name in names:
        if name not in known:
            raise InvalidInput(field="--status", value=name, reason=f"it is one of {', '.join(known)}")
    return [JobStatus(name) for name in names]


def _reporter() -> Callable[[float, str, dict[str, Any]], None]:
    """Progress on stderr: one line that changes on a terminal, a line per step elsewhere."""
    from ml_insights.core.i18n import gettext

    terminal, told = sys.stderr.isatty(), [("", -1)]

    def report(share: float, message: str, values: dict[str, Any]) -> None:
        text = gettext(message, _language(), **values)
        if terminal:
            typer.echo(f"\r\x1b[K{share:4.0%} {text}", err=True, nl=share >= 1)
        elif told[0] != (message, int(share * 10)):
            typer.echo(f"{share:4.0%} {text}", err=True)
        told[0] = (message, int(share * 10))

    return report


def _conclude(fact: RunFact, as_json: bool) -> NoReturn:
    from ml_insights.jobs.tables import JobStatus

    if as_json:
        _print(_run(fact))
    else:
        took = f" in {fact.seconds:.1f} s" if fact.seconds is not None else ""
        typer.echo(f"{fact.job}: {fact.status.value}{took} (run {fact.id})", err=fact.status != JobStatus.DONE)
        if fact.error:
            typer.echo(fact.error_in(_language()), err=True)
    raise typer.Exit(0 if fact.status == JobStatus.DONE else 1)


def _stand(model: ModelStand) -> dict[str, Any]:
    from ml_insights.core.i18n import gettext

    why = gettext(model.why, _language(), **model.values) if model.why else ""
    until = model.until.isoformat() if model.until else None
    return {"stand": model.stand.value, "until": until, "outdated": model.outdated, "why": why}


def _stand_words(model: ModelStand) -> str:
    from ml_insights.core.computing import Stand
    from ml_insights.core.i18n import gettext

    told, title = _stand(model), gettext(model.title, _language())
    if model.stand == Stand.READY:
        return f"{title}: {'older than the data' if model.outdated else 'computed'}, from data until {told['until']}"
    words = {Stand.NOT_USED: "not used", Stand.FAILED: "failed", Stand.COMPUTING: "being computed"}
    said = words.get(model.stand, "not computed")
    return f"{title}: {said}{'. ' + told['why'] if told['why'] else ''}"


def _schedule_words(fact: JobFact) -> tuple[str, str]:
    from ml_insights.core.company import company
    from ml_insights.jobs.cron import Cron
    from ml_insights.jobs.schedules import upcoming
    from ml_insights.jobs.words import in_words

    if fact.schedule is None:
        return "by hand", ""
    words = in_words(fact.schedule.cron, _language())
    if fact.schedule.zone != company().timezone:
        words += f" ({fact.schedule.zone})"
    if not fact.schedule.enabled:
        return words, "paused"
    next_at = fact.schedule.next_at or upcoming(Cron(fact.schedule.cron, fact.schedule.zone), 1)[0]
    return words, _moment(next_at)


def _outcome_words(fact: RunFact | None) -> tuple[str, str, str]:
    if fact is None:
        return "", "", ""
    took = f"{fact.seconds:.1f} s" if fact.seconds is not None else ""
    return _moment(fact.started_at or fact.created_at), fact.status.value, took


def _moment(at: datetime) -> str:
    from ml_insights.core.company import company

    return f"{at.astimezone(company().zone):%Y-%m-%d %H:%M %Z}"


def _line(line: LogLine) -> str:
    from ml_insights.core.company import company

    return f"{line.at.astimezone(company().zone):%Y-%m-%d %H:%M:%S %Z} {line.level:<8} {line.text}"


def _job(fact: JobFact) -> dict[str, Any]:
    from ml_insights.core.i18n import gettext

    schedule = fact.schedule
    return {
        "name": fact.name,
        "title": gettext(fact.title, _language()),
        "schedule": _plain(
            {
                name: getattr(schedule, name)
                for name in ("cron", "zone", "misfire", "enabled", "next_at", "edited_by", "edited_at")
            }
        )
        if schedule
        else None,
        "last_run": _run(fact.last) if fact.last else None,
    }


def _run(fact: RunFact) -> dict[str, Any]:
    left_out = ("message_values", "error_values", "title")
    kept = {name: value for name, value in vars(fact).items() if name not in left_out}
    return _plain(kept | {"message": fact.message_in(_language()), "error": fact.error_in(_language())})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _table(headings: tuple[str, ...], lines: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0)
    for line in lines:
        table.add_row(*line)
    Console().print(table)


def _language() -> str:
    from ml_insights.core.settings import settings

    return settings().language
