"""Jobs and runs as the plain dicts that the page shows; words are already in the reader's language."""

from __future__ import annotations

from typing import Any

from ml_insights.core import clock
from ml_insights.core.company import company
from ml_insights.core.i18n import gettext
from ml_insights.jobs.facts import JobFact, LogLine, RunFact, ScheduleFact
from ml_insights.jobs.words import duration, in_words

Row = dict[str, Any]


def job_row(fact: JobFact, language: str) -> Row:
    """One line of the table. `seen_at` makes the page write "in 5 minutes" anew with each look."""
    return {
        "name": fact.name,
        "title": gettext(fact.title, language),
        "seen_at": clock.now().isoformat(),
        **_schedule(fact.schedule, language),
        "last": run_row(fact.last, language) if fact.last else NO_RUN,
    }


def _schedule(fact: ScheduleFact | None, language: str) -> Row:
    if fact is None:
        return {"words": "", "cron": "", "zone": "", "misfire": "", "paused": False, "next_at": "", "edited_by": ""}
    return {
        "words": in_words(fact.cron, language),
        "cron": fact.cron,
        "zone": "" if fact.zone == company().timezone else fact.zone,
        "misfire": fact.misfire.value,
        "paused": not fact.enabled,
        "next_at": fact.next_at.isoformat() if fact.next_at else "",
        "edited_by": fact.edited_by or "",
    }


def run_row(fact: RunFact, language: str) -> Row:
    """One run. `began` is when it was asked for where it has not begun."""
    return {
        "id": fact.id,
        "status": fact.status.value,
        "active": fact.active,
        "began": (fact.started_at or fact.created_at).isoformat(),
        "took": duration(fact.seconds, language) if fact.seconds is not None else "",
        "actor": fact.actor,
        "scheduled": fact.firing_at is not None,
        "attempt": fact.attempt,
        "share": fact.share,
        "message": fact.message_in(language),
        "error": fact.error_in(language),
        "worker": fact.worker or "",
    }


NO_RUN: Row = {
    "id": 0,
    "status": "",
    "active": False,
    "began": "",
    "took": "",
    "actor": "",
    "scheduled": False,
    "attempt": 0,
    "share": 0.0,
    "message": "",
    "error": "",
    "worker": "",
}


def log_row(line: LogLine) -> dict[str, str]:
    """One line of a log, with the time of day in the company's zone, which is named."""
    return {
        "id": str(line.id),
        "at": f"{line.at.astimezone(company().zone):%H:%M:%S %Z}",
        "level": line.level,
        "text": line.text,
    }
