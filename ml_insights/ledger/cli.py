"""`ml-insights ledger …`: what was predicted, done and true, and whether nobody has changed it since."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ml_insights.ledger.facts import PredictionFact

ledger = typer.Typer(help="The decision ledger: predictions, decisions and outcomes.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


class Which(StrEnum):
    """Whose chain."""

    COMPANY = "company"
    DEMO = "demo"


def add_commands(app: typer.Typer) -> None:
    """Add `ledger` to the command line."""
    app.add_typer(ledger, name="ledger")


@ledger.command()
def verify(
    dataset: Annotated[Which | None, typer.Option(help="Whose chain; both by default.")] = None,
    head: Annotated[
        str | None, typer.Option(help="Digest that an earlier check printed; it must still be in the chain.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that nothing in the ledger was changed, added or removed since it was written; exit 1 if something was."""
    from ml_insights.commerce.tables import Dataset
    from ml_insights.core.database import reading
    from ml_insights.ledger import service

    if head and dataset is None:
        raise typer.BadParameter("say whose chain it is of, with --dataset", param_hint="--head")
    chosen = [Dataset(dataset.value)] if dataset else list(Dataset)
    with reading() as session:
        found = [service.verify(session, one, head) for one in chosen]
    if as_json:
        typer.echo(json.dumps([asdict(one) | {"whole": one.breach is None} for one in found], indent=1))
    for one in [] if as_json else found:
        state = f"BROKEN. {one.breach.said()}" if one.breach else f"whole, ends with {one.head}"
        typer.echo(f"{one.dataset}: {one.blocks:,} blocks, {one.rows:,} rows; {state}")
    raise typer.Exit(any(one.breach for one in found))


@ledger.command()
def show(
    subject: Annotated[str, typer.Argument(help="What it is about, such as units/product/85123A.")],
    dataset: Annotated[Which | None, typer.Option(help="Whose; the one that pages show by default.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many predictions and decisions.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Tell the story of a subject: what was predicted, what was done about it, what came of it."""
    from ml_insights.commerce.queries import active_dataset
    from ml_insights.commerce.tables import Dataset
    from ml_insights.core.database import reading
    from ml_insights.ledger import queries
    from ml_insights.ledger.errors import NothingKnown

    with reading() as session:
        chosen = Dataset(dataset.value) if dataset else active_dataset(session)
        story = queries.story(session, chosen, subject, limit)
    if not story.predictions and not story.decisions:
        raise NothingKnown(subject=subject)
    if as_json:
        typer.echo(json.dumps(asdict(story), default=str, ensure_ascii=False, indent=1))
        return
    for decision in story.decisions:
        typer.echo(f"{decision.at:%Y-%m-%d %H:%M}  {decision.action} by {decision.by} {decision.detail or ''}")
    for prediction in story.predictions:
        typer.echo(_line(prediction))
    typer.echo(f"{len(story.predictions)} of {story.total_predictions} predictions")


def _line(prediction: PredictionFact) -> str:
    said = prediction.probability if prediction.value is None else prediction.value
    outcome = prediction.outcome
    came = "open" if outcome is None else outcome.reason if outcome.actual is None else f"came {outcome.actual:,.4g}"
    band = "" if prediction.lo_80 is None else f" ({prediction.lo_80:,.4g} – {prediction.hi_80:,.4g})"
    return f"{prediction.target_at:%Y-%m-%d %H:%M}  {prediction.model} said {said:,.4g}{band}; {came}"
