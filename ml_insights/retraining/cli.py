"""Retraining on the command line: `retrain` and `models list|show|promote|rollback|reports|report`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ml_insights.registry.facts import PromotionFact, VersionFact
    from ml_insights.retraining.facts import LastDecision, ProductionFact, ReportFact

ACTOR = "command line"
PARTLY_FAILED = 3
ModelName = Annotated[str, typer.Argument(help="Name of the model, as in `models list`.")]
Reason = Annotated[str, typer.Option(help="Why; the history of promotions keeps it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of retraining."""
    models = typer.Typer(help="What is in production, its versions, and which of them answers.", no_args_is_help=True)
    app.add_typer(models, name="models")
    models.command("list")(list_models)
    models.command()(show)
    models.command()(promote)
    models.command()(rollback)
    models.command()(reports)
    models.command()(report)
    app.command()(retrain)


def retrain(
    model: Annotated[list[str] | None, typer.Option(help="Only this model; may be given repeatedly.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model, as without --model.")] = False,
    recipe: Annotated[str, typer.Option(help="Judge this recipe instead of the product's choice.")] = "",
    as_json: AsJson = False,
) -> None:
    """Back up, extract, train, judge, promote or keep, publish and report; goes on where it was interrupted.

    Exit code 0 when every step went through (whether or not anything was promoted; a model without data is left out),
    3 when some failed, 1 when all did.
    """
    from ml_insights.core.database import transaction
    from ml_insights.core.errors import InvalidInput
    from ml_insights.jobs import service
    from ml_insights.jobs.within import run_or_wait
    from ml_insights.retraining.service.models import recipe_named, retrainable, spec_of, trainer_of

    if model and everything:
        raise InvalidInput(field="--all", value="--model", reason="one excludes the other")
    chosen = [spec_of(name).name for name in model or []]
    for name in (chosen or retrainable()) if recipe else []:
        recipe_named(name, trainer_of(name), recipe)
    with transaction() as session:
        run_id = service.enqueue(session, "retrain", ACTOR, models=chosen, recipe=recipe).id or 0
    done = run_or_wait(run_id, _reporter())
    result = done.result or {}
    if as_json:
        _print({**result, "error": done.error_in(_language())})
    elif done.error:
        typer.echo(done.error_in(_language()), err=True)
    else:
        _tell(result)
    raise typer.Exit(1 if done.result is None else PARTLY_FAILED if result["failed_steps"] else 0)


def _tell(result: dict[str, Any]) -> None:
    from ml_insights.core.i18n import gettext

    for one in result["models"].values():
        title = gettext(one["title"], _language())
        typer.echo(
            f"{title}: {one['failed'] or one['reason'] or one['unused']} Version {one['version'] or '–'} answers."
        )
    for step in result["failed_steps"]:
        typer.echo(f"Failed: {step}", err=True)
    typer.echo(f"{result['seconds']} s, {result['fit_seconds']} s of them fits. Report: run {result['report']}.")


def list_models(as_json: AsJson = False) -> None:
    """Show which version of each model answers, since when, how old its data is and how right it has been."""
    from ml_insights.core.database import reading
    from ml_insights.retraining.service.production import production

    with reading() as session:
        facts = production(session, _dataset(), _language())
    if as_json:
        _print([_plain(_in_production(fact)) for fact in facts])
        return
    _table(("Model", "Version", "Recipe", "Since", "Age", "Scores", "Last run"), [_row(fact) for fact in facts])


def _last(last: LastDecision | None) -> str:
    if last is None:
        return "–"
    return "failed" if last.failed else "not used" if last.unused else "promoted" if last.promoted else "kept"


def _row(fact: ProductionFact) -> list[str]:
    champion = fact.champion
    last = _last(fact.last)
    if champion is None:
        return [fact.name, "none", "", "", "", "", last]
    age = f"{fact.age.days} days{', overdue' if fact.overdue else ''}" if fact.age is not None else ""
    return [fact.name, champion.version, champion.recipe, _moment(champion.deployed_at), age, _scores(champion), last]


def show(
    model: ModelName,
    limit: Annotated[int, typer.Option(help="How many versions to show.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Show a model's versions, newest first, and how each came to answer."""
    from ml_insights.core.database import reading
    from ml_insights.registry import queries
    from ml_insights.retraining.service.models import spec_of

    spec_of(model)
    with reading() as session:
        versions = queries.versions(session, model, _dataset(), limit)
        history = queries.history(session, model, _dataset(), limit)
    if as_json:
        _print(_plain({"versions": [_fields(one) for one in versions], "history": [_fields(one) for one in history]}))
        return
    language = _language()
    rows = [
        [
            one.version,
            one.status,
            one.recipe,
            f"{one.horizon} days" if one.horizon else "",
            f"{one.training_start} – {one.training_end}",
            _scores(one),
            one.why.told(language),
        ]
        for one in versions
    ]
    _table(("Version", "Status", "Recipe", "Horizon", "Trained on", "Scores", "Reason"), rows)
    for change in history:
        why = change.why.told(language)
        typer.echo(f"{_moment(change.at)} {change.act} {change.to_version} by {change.by}: {why}")


def promote(
    model: ModelName,
    version: Annotated[str, typer.Argument(help="Number of the version.")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Put a version to use, whatever the comparison said; its predictions are published with it."""
    from ml_insights.core.database import transaction
    from ml_insights.retraining.service import activation

    change = activation.promotion(model, version, _dataset(), _reporting())
    with transaction() as session:
        now = change.write(session, ACTOR, reason)
    _told(now, as_json)


def rollback(model: ModelName, reason: Reason, as_json: AsJson = False) -> None:
    """Go back to the version before; its predictions, about the present, are published with it."""
    from ml_insights.core.database import transaction
    from ml_insights.retraining.service import activation

    change = activation.rollback(model, _dataset(), _reporting())
    with transaction() as session:
        now = change.write(session, ACTOR, reason)
    _told(now, as_json)


def reports(
    limit: Annotated[int, typer.Option(help="How many reports to show.", min=1)] = 20, as_json: AsJson = False
) -> None:
    """Show what the latest runs of retraining came to, newest first."""
    from ml_insights.core.database import reading
    from ml_insights.retraining import queries

    with reading() as session:
        found, _ = queries.reports(session, _dataset(), limit)
    rows = [_report_row(one) for one in found]
    if as_json:
        _print(rows)
    else:
        _table(("Run", "When", "Asked for", "What came of it"), [[str(cell) for cell in row.values()] for row in rows])


def _report_row(one: ReportFact) -> dict[str, Any]:
    from ml_insights.retraining.service.report import asked, headline

    run, language = one.run, _language()
    told = {"asked": asked(run, language), "headline": headline(run, language)}
    return {"run": run.id, "at": _moment(one.created_at), **told}


def report(run: Annotated[int, typer.Argument(help="Number of the run, as in `models reports`.")]) -> None:
    """Print the report of a run as Markdown, without its charts."""
    from ml_insights.core.database import reading
    from ml_insights.retraining import queries
    from ml_insights.retraining.service.report import compose

    with reading() as session:
        found = queries.report(session, run)
    typer.echo(compose(found, _language(), pictured=False))


def _told(now: VersionFact, as_json: bool) -> None:
    _print(_plain(_fields(now))) if as_json else typer.echo(f"Version {now.version} of {now.name} answers now.")


def _fields(fact: VersionFact | PromotionFact) -> dict[str, Any]:
    """As JSON has it: why it came so, in words."""
    told = asdict(fact)
    del told["why"]
    return told | {"reason": fact.why.told(_language())}


def _in_production(fact: ProductionFact) -> dict[str, Any]:
    versions = {"champion": fact.champion, "fallback": fact.fallback}
    return asdict(fact) | {name: one and _fields(one) for name, one in versions.items()}


def _dataset() -> str:
    from ml_insights.commerce.queries import active_dataset
    from ml_insights.core.database import reading

    with reading() as session:
        return active_dataset(session).value


def _language() -> str:
    from ml_insights.core.settings import settings

    return settings().language


def _reporter() -> Any:
    """Progress on standard error: one line that changes on a terminal, else one line per step."""
    from ml_insights.core.i18n import gettext

    terminal, told = sys.stderr.isatty(), [""]

    def report(share: float, message: str, values: dict[str, Any]) -> None:
        text = gettext(message, _language(), **values)
        if terminal:
            typer.echo(f"\r\x1b[K{share:4.0%} {text}", err=True, nl=share >= 1)
        elif message != told[0]:
            typer.echo(f"{share:4.0%} {text}", err=True)
        told[0] = message

    return report


def _reporting() -> Any:
    report = _reporter()

    def progress(share: float, message: str, **values: Any) -> None:
        report(share, message, values)

    return progress


def _scores(version: VersionFact) -> str:
    shown = {name: value for name, value in version.metrics.items() if not name.startswith(("backtest_", "naive_"))}
    return " ".join(f"{name}={value:.3g}" for name, value in (shown or version.metrics).items())


def _moment(at: datetime | None) -> str:
    from ml_insights.core.company import company

    return f"{at.astimezone(company().zone):%Y-%m-%d %H:%M}" if at else "–"


def _plain(value: Any) -> Any:
    """What JSON can write."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 86_400, 1)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _table(headings: tuple[str, ...], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
