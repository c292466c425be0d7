"""The part of a report about the data: where they came from, how many there are, and what is odd about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.quality import Oddity
from ml_insights.capabilities import capabilities
from ml_insights.core.formats import percent
from ml_insights.core.i18n import N_
from ml_insights.retraining import policy
from ml_insights.retraining.facts import RunFact
from ml_insights.retraining.service.report.reader import Reader
from ml_insights.retraining.tables import StepName

SOURCES = {
    "supabase": N_(
        "{contract}: read from Supabase, {fetched} rows, {added} new, {updated} changed, {refused} refused."
    ),
    "snapshot": N_("{contract}: from the snapshot of {since}, since Supabase did not answer ({error})."),
    "tables": N_("{contract}: what is in the tables, last imported {since}."),
    "demo": N_("The demo company, which is in the tables."),
}
COUNTS = ("fetched", "added", "updated", "refused")


def section(run: RunFact, reader: Reader) -> str:
    """Sources, counts, oddities and the backup that was made before anything changed."""
    steps = run.of_model("")
    parts = [f"## {reader.t(N_('Data'))}"]
    if StepName.EXTRACT in steps:
        sources = steps[StepName.EXTRACT].result.get("sources", [])
        parts.append("\n".join(f"- {_source(one, reader)}" for one in sources))
    found = steps[StepName.QUALITY].result
    if found:
        parts += [_amounts(found, reader), _oddities(found, reader)]
    backup = steps.get(StepName.BACKUP)
    if backup and backup.result:
        template = N_("Before anything changed, the backup {name} was made ({size} MB).")
        size = reader.number(backup.result["size"] / 1e6, 1)
        parts.append(reader.t(template, name=f"`{backup.result['name']}`", size=size))
    return "\n\n".join(part for part in parts if part)


def _source(one: Mapping[str, Any], reader: Reader) -> str:
    counts = {name: reader.number(one[name]) for name in COUNTS if name in one}
    error = reader.t(one["error"], **one.get("error_values", {}))
    name: str = one["contract"]
    contract, since = reader.t(_titles().get(name, name)), reader.day(one.get("since"))
    told = reader.t(SOURCES[one["source"]], contract=contract, since=since, error=error, **counts)
    if one.get("warning"):
        return f"{told} {reader.t(one['warning'], **one.get('warning_values', {}))}"
    return f"{told} ({error})" if one["source"] == "tables" and error else told


def _titles() -> dict[str, str]:
    return {target.contract: target.title for capability in capabilities() for target in capability.imports}


def _amounts(found: Mapping[str, Any], reader: Reader) -> str:
    return reader.t(
        N_(
            "{lines} order lines in {orders} orders of {customers} customers and {products} products, {first} to "
            "{last}; models learn from {learnt} of them. {silent} of {days} days have no sale."
        ),
        **{name: reader.number(found[name]) for name in ("lines", "orders", "customers", "products", "learnt")},
        first=reader.day(found["first"]),
        last=reader.day(found["last"]),
        silent=reader.number(found["silent_days"]),
        days=reader.number(found["days"]),
    )


def _oddities(found: Mapping[str, Any], reader: Reader) -> str:
    lines = max(found["lines"], 1)
    rows = [
        [reader.t(policy.ODDITIES[Oddity(name)]), reader.number(count), percent(count / lines, reader.language, 2)]
        for name, count in found["oddities"].items()
        if count
    ]
    return reader.table((N_("Data quality"), N_("Lines"), N_("Share")), rows) if rows else ""
