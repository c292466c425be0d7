"""What `import` prints: for people on the terminal, for programs as one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from ml_insights.core.formats import decimals_of, locale_of, number
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from ml_insights.sources.command import Understood
    from ml_insights.sources.facts import Decision, RefusedRow
    from ml_insights.sources.pipeline import Source
    from ml_insights.sources.tables import ImportBatch

NOT_IMPORTED = N_("Nothing is imported yet: the file can be read in more than one way.")
OUTCOMES = ("added", "known", "updated", "kept", "refused")


def result(source: Source, batch: ImportBatch) -> dict[str, Any]:
    """What became of the rows."""
    from ml_insights.sources.queries import outcome_of

    told = {"batch": batch.id, "file": source.name, "contract": batch.contract, **batch.tally, **batch.counts}
    return told | {"summary": _summary(batch.tally, batch.summary) | outcome_of(batch)}


def trial(source: Source, tally: dict[str, Any]) -> dict[str, Any]:
    """What the rows amount to; nothing was imported."""
    summary = tally.pop("summary")
    told = {"batch": None, "file": source.name, "contract": source.reading.contract, "imported": False, **tally}
    return told | {"summary": _summary(tally, summary)}


def _summary(tally: dict[str, Any], summary: dict[str, Any]) -> dict[str, Any]:
    from ml_insights.sources.facts import Summary

    return {
        **asdict(Summary()),
        **summary,
        "read": tally["rows"],
        "reasons": tally["reasons"],
        "refused": tally["refused"],
    }


@contextmanager
def progress(name: str, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on standard error where somebody watches; a function that moves it to a share of the file."""
    if quiet or not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def undecided(found: Understood, tallies: Iterable[dict[str, Any]], as_json: bool, nothing: str = NOT_IMPORTED) -> None:
    """The questions that the file leaves, with how to answer them; `nothing` says what therefore was not done.

    `tallies` are those of all rows, read in each way that is left: what they say alike is told, the rest is null.
    """
    decisions = [_decision(one) for one in found.inspection.decisions if one.open]
    if as_json:
        told = {"batch": None, "imported": False, "decisions": decisions, "summary": _certain(tallies)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    reading(found)
    say(nothing)
    for one in decisions:
        _print(one)
    typer.echo()
    say(N_("Answer with --decide, or take what the file suggests with --accept-proposed."))


def _certain(tallies: Iterable[dict[str, Any]]) -> dict[str, Any]:
    from ml_insights.sources.alternatives import certain
    from ml_insights.sources.facts import Tally

    found = [_summary(tally, tally.pop("summary")) for tally in tallies]
    if found:
        return certain(found)
    nothing = asdict(Tally())
    return dict.fromkeys(_summary(nothing, nothing.pop("summary")))


def _decision(decision: Decision) -> dict[str, Any]:
    from ml_insights.sources.answers import suggested, whole
    from ml_insights.sources.decide import answer_with
    from ml_insights.sources.preview import decision_shown

    proposed = suggested(decision)
    shown = decision_shown(decision, settings().language)
    options = [option.model_dump(exclude={"answer"}) for option in shown.options]
    return {
        "name": decision.name,
        "question": shown.question,
        "why": shown.why,
        "examples": [example.model_dump() for example in shown.examples],
        "options": options,
        "proposed": proposed if whole(proposed) else "",
        "answer_with": answer_with(decision),
        "count_in": shown.foreign,
    }


def _print(decision: dict[str, Any]) -> None:
    typer.echo(f"\n{decision['question']}")
    if decision["why"]:
        typer.echo(f"  {decision['why']}")
    for example in decision["examples"]:
        typer.echo(f"  {example['raw']} → {example['shown']}")
    for option in decision["options"]:
        weight = [_rows(option["rows"])] if option["rows"] is not None else []
        weight += [_amount(option["money"])] if option["money"] is not None else []
        means = "/".join(one["value"] for one in option["meanings"])
        described = ", ".join([*weight, *([means] if means else [])])
        label = "" if option["label"] == option["value"] else f": {option['label']}"
        typer.echo(f"  - {option['value']}{label}" + (f" ({described})" if described else ""))
    typer.echo(f"  {decision['answer_with']}")
    if decision["count_in"]:
        told = _said(N_("Where the company itself counts in {currency}:"), currency=decision["count_in"])
        typer.echo(f"  {told} --count-in {decision['count_in']}")


def reading(found: Understood) -> None:
    """What was guessed, so that nothing is silent."""
    from ml_insights.sources.labels import who
    from ml_insights.sources.preview import decision_shown

    read, language = found.inspection.reading, settings().language
    for remark in found.inspection.remarks:
        typer.echo(gettext(remark.message, language, **remark.values))
    if found.layout is not None:
        layout = found.layout
        say(
            N_("Read as the last file of this layout, on {day} by {who} (--afresh forgets that)."),
            day=f"{layout.used_at:%Y-%m-%d}",
            who=who(layout.actor, language),
        )
    say(N_("Columns: {columns}"), columns=", ".join(f"{column} ← {header}" for column, header in read.fed.items()))
    say(
        N_(
            "Encoding {encoding}, separator {separator}, decimal sign {decimal}, dates {dates}, times without a zone "
            "are {zone}."
        ),
        encoding=read.encoding,
        separator=repr(read.separator),
        decimal=repr(read.decimal),
        dates=read.date_format or "ISO 8601",
        zone=read.zone,
    )
    for one in found.inspection.decisions:
        if not one.open:
            shown = decision_shown(one, language)
            typer.echo(f"{shown.question} {shown.told}")


def refused_rows(contract: str, rows: list[RefusedRow]) -> None:
    """The first of them, on standard error, so that --json stays JSON."""
    if not rows:
        return
    from rich.console import Console
    from rich.table import Table

    from ml_insights.sources.labels import column_title
    from ml_insights.sources.problems import reason

    language = settings().language
    heads = (gettext(head, language) for head in (N_("Row"), N_("Column"), N_("Value"), N_("Refused because it")))
    table = Table(*heads, title=gettext(N_("Refused rows (the first ones)"), language))
    for row in rows:
        for problem in row.problems:
            title = column_title(contract, problem.column, language)
            table.add_row(str(row.row), title, problem.value, reason(problem.code, language))
    Console(stderr=True).print(table)


def told(result: dict[str, Any]) -> None:
    """A result in words."""
    summary = result["summary"]
    for line in _figures(summary):
        typer.echo(line)
    if result["batch"] is None:
        say(
            N_("{rows} read, {refused} refused. Nothing was imported (--dry-run)."),
            rows=_rows(result["rows"]),
            refused=_count(result["refused"]),
        )
    else:
        became = {name: _count(summary[name]) for name in OUTCOMES}
        say(SUM, rows=_rows(summary["read"]), **became)
    if result.get("kept"):
        say(
            N_(
                "Known with other values (a quantity, a price or a refund that changed since), which they kept: "
                "{rows}. The figures above are the file's; import it again with --update to take them over."
            ),
            rows=_rows(result["kept"]),
        )
    remarks = {
        "returns": N_("returns: {count}"),
        "zero_prices": N_("with a price of 0: {count}"),
        "negative_prices": N_("with a negative price: {count}"),
    }
    worth_a_look = [_said(text, count=_count(result[key])) for key, text in remarks.items() if result[key]]
    if worth_a_look:
        say(N_("Worth a look among them: {what}."), what=", ".join(worth_a_look))


def _figures(summary: dict[str, Any]) -> Iterator[str]:
    from ml_insights.sources.problems import ASIDE

    if summary["first"]:
        yield _said(N_("From {first} to {last}."), first=summary["first"], last=summary["last"])
    if summary["orders"] is not None:
        counted = ", ".join(_counted(summary[name], *words) for name, words in COUNTED.items())
        revenue = f"{_amount(summary['revenue'])} {summary['currency']}"
        yield _said(N_("{counted}, revenue {revenue}."), counted=counted, revenue=revenue)
    if summary["sums"]:
        sums = "; ".join(f"{_said(SUMS[name])} {_count(value)}" for name, value in summary["sums"].items())
        yield _said(N_("Sums: {sums}."), sums=sums)
    yield from _own_totals(summary)
    yield from _cancelled(summary)
    for reason, rows in summary["set_aside"].items():
        why = _said(ASIDE[reason])
        yield _said(N_("{rows} left aside: {why}."), rows=_rows(rows), why=why)
    if summary["unused"]:
        unused = "; ".join(f"{one['header']} ({_counted(one['distinct'], *VALUES)})" for one in summary["unused"])
        yield _said(N_("Columns that are not used: {columns}."), columns=unused)


def _cancelled(summary: dict[str, Any]) -> Iterator[str]:
    """Sales in the tables that this file calls off."""
    if summary["cancelled_rows"]:
        yield _said(
            N_(
                "Sales here that this file says are none: {rows} of {orders}, worth {sum}. They are taken back, and "
                "counted as updated."
            ),
            rows=_rows(summary["cancelled_rows"]),
            orders=_counted(summary["cancelled_orders"], *COUNTED["orders"]),
            sum=f"{_amount(summary['cancelled_revenue'])} {summary['currency']}",
        )


def _own_totals(summary: dict[str, Any]) -> Iterator[str]:
    """What was taken off, and what the file says of its own sums."""
    if summary["refunds"]:
        yield _said(N_("Refunds of {sum} are taken off."), sum=_amount(summary["refunds"]))
    if summary["order_totals"] is not None:
        yield _said(
            N_(
                "The file's own totals of these orders, less refunds, say {sum}: they know of shipping, taxes and "
                "discounts that are on no line."
            ),
            sum=_amount(summary["order_totals"]),
        )
    if summary["declared"] is not None:
        agrees = N_("The rows add up to the file's grand total, {sum}.")
        differs = N_("The file's grand total says {sum}, which its rows do not add up to.")
        yield _said(agrees if summary["agrees"] else differs, sum=_amount(summary["declared"]))


SUM = N_("{rows} read = {added} added + {known} known + {updated} updated + {kept} kept + {refused} refused")
ROWS = (N_("1 row"), N_("{count} rows"))
SUMS = {
    "quantity": N_("Quantity"),
    "cost": N_("Cost"),
    "distance_km": N_("Distance (km)"),
    "weight_kg": N_("Weight (kg)"),
    "stops": N_("Stops"),
}
"""What columns are called whose sum says something (`counting.SUMMED`)."""
VALUES = (N_("1 value"), N_("{count} values"))
COUNTED = {
    "orders": (N_("1 order"), N_("{count} orders")),
    "customers": (N_("1 customer"), N_("{count} customers")),
    "products": (N_("1 product"), N_("{count} products")),
    "units": (N_("1 unit"), N_("{count} units")),
}


def say(message: str, **values: Any) -> None:
    """Print `message` in the language of the command line."""
    typer.echo(_said(message, **values))


def _said(message: str, **values: Any) -> str:
    return gettext(message, settings().language, **values)


def _rows(count: int) -> str:
    return _counted(count, *ROWS)


def _counted(count: float, one: str, several: str) -> str:
    return _said(one) if count == 1 else _said(several, count=_count(count))


def _count(count: float) -> str:
    return number(count, settings().language, 4)


def _amount(money: float) -> str:
    """An amount with the decimals of the company's currency; with cents too where a file has some all the same."""
    from babel.numbers import format_decimal

    from ml_insights.core.company import company

    least = "0" * decimals_of(company().currency)
    return format_decimal(money, "#,##0." + (least or "##"), locale_of(settings().language))
