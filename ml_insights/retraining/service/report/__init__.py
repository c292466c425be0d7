"""A run as a report that reads well, made for each reader: what happened first, then why, figures, data and time."""

from __future__ import annotations

from ml_insights.core.i18n import N_
from ml_insights.retraining.facts import ReportFact
from ml_insights.retraining.service.report import data, opening, scores, time
from ml_insights.retraining.service.report.opening import asked, headline, title
from ml_insights.retraining.service.report.reader import Reader

__all__ = ["asked", "compose", "headline", "title"]

WRITTEN = {
    "en": N_("This report was written in English on {day}, before reports could be read in every language."),
    "es": N_("This report was written in Spanish on {day}, before reports could be read in every language."),
}


def compose(report: ReportFact, language: str, pictured: bool = True) -> str:
    """The whole report as one Markdown text, its charts inside where it is `pictured`.

    One that was written before reports were kept without words stays as it was, and says so to readers of another
    language.
    """
    reader = Reader(language, pictured)
    if report.written:
        return _as_written(report, reader)
    run = report.run
    parts = [f"# {title(run, language)}", f"**{headline(run, language)}**", opening.begun(run, reader)]
    parts += [opening.at_a_glance(run, reader), opening.why(run, reader)]
    parts += [scores.of_model(report, model, reader) for model in opening.used(run)]
    parts += [data.section(run, reader), time.section(run, reader)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _as_written(report: ReportFact, reader: Reader) -> str:
    if report.language == reader.language:
        return report.written
    return f"*{reader.t(WRITTEN[report.language], day=reader.day(report.created_at))}*\n\n{report.written}"
