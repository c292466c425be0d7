"""The nightly job that removes what is old, and what of that is of jobs: runs and their logs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from ml_insights.capabilities import capabilities
from ml_insights.core import clock
from ml_insights.core.ageing import remove_some
from ml_insights.core.capability import Ageing, Progress, load
from ml_insights.core.database import transaction
from ml_insights.core.errors import InvalidInput
from ml_insights.core.i18n import N_, in_each
from ml_insights.core.settings import settings
from ml_insights.jobs.policy import UNDER_WAY
from ml_insights.jobs.tables import JobLogLine, JobRun, JobStatus

AT_ONCE = 500
"""Rows removed in one transaction."""


def remove_old(progress: Progress) -> dict[str, Any]:
    """Remove what is older than it is kept; how many rows of each kind. Killed, it goes on the next night.

    Raises InvalidInput, before anything is removed, where the setting KEEP_DAYS names what there is not.
    """
    kinds = [kind for capability in capabilities() for kind in capability.ageing]
    _check(kinds)
    removed = dict.fromkeys((kind.name for kind in kinds), 0)
    for place, kind in enumerate(kinds):
        days = settings().keep_days.get(kind.name, kind.days)
        while days > 0:
            progress(place / len(kinds), N_("Removing old rows: {what}"), what=in_each(kind.title))
            with transaction() as session:
                some = load(kind.remove)(session, clock.now() - timedelta(days=days), AT_ONCE)
            if not some:
                break
            removed[kind.name] += some
    return {"removed": removed}


def _check(kinds: list[Ageing]) -> None:
    known = [kind.name for kind in kinds]
    for name in settings().keep_days:
        if name not in known:
            raise InvalidInput(field="KEEP_DAYS", value=name, reason=f"it is one of {', '.join(known)}")


def remove_log_lines(session: Session, before: datetime, most: int) -> int:
    """Remove what runs have said that are not under way."""
    present = select(JobRun.id).where(col(JobRun.status).in_(UNDER_WAY))
    old = (col(JobLogLine.at) < before) & col(JobLogLine.run_id).not_in(present)
    return remove_some(session, JobLogLine, old, most)


def remove_runs(session: Session, before: datetime, most: int) -> int:
    """Remove runs that have ended, but for the newest of each job on each data set, and the newest that was done."""
    newest = select(func.max(JobRun.id)).group_by(col(JobRun.job), col(JobRun.dataset))
    stay = newest.union(newest.where(JobRun.status == JobStatus.DONE))
    over = col(JobRun.status).not_in(UNDER_WAY) & col(JobRun.id).not_in(stay)
    return remove_some(session, JobRun, over & (col(JobRun.created_at) < before), most)
