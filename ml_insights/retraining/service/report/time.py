"""The part of a report about the time that its run took, step by step."""

from __future__ import annotations

from ml_insights.core.i18n import N_
from ml_insights.retraining import policy
from ml_insights.retraining.facts import RunFact, StepFact
from ml_insights.retraining.service.models import title_of
from ml_insights.retraining.service.report import charts
from ml_insights.retraining.service.report.reader import Reader
from ml_insights.retraining.tables import StepStatus


def section(run: RunFact, reader: Reader) -> str:
    """What each step took, and how much of that the models' own fits."""
    rows = [
        (_step(step, reader), step.seconds, step.fit_seconds)
        for step in run.steps
        if step.finished_at and step.status != StepStatus.SKIPPED
    ]
    told = reader.t(
        N_("{total} s in all, {fits} s of them the models' own fits."),
        total=reader.number(sum(seconds for _, seconds, _ in rows), 1),
        fits=reader.number(sum(fits for *_, fits in rows), 1),
    )
    body = [[name, reader.number(taken, 1), reader.number(fits, 1) if fits else ""] for name, taken, fits in rows]
    table = reader.table((N_("Step"), N_("Seconds"), N_("Of which fits")), body)
    parts = [f"## {reader.t(N_('Time'))}", told, table]
    if reader.pictured and rows:
        labels = reader.t(N_("the models' own fits")), reader.t(N_("everything else"))
        drawn = charts.durations(rows, labels, reader.language)
        parts.append(reader.image(reader.t(N_("Seconds per step")), drawn))
    return "\n\n".join(parts)


def _step(step: StepFact, reader: Reader) -> str:
    name = reader.t(policy.STEPS[step.name])
    return f"{name}: {reader.t(title_of(step.model))}" if step.model else name
