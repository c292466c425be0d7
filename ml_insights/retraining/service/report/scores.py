"""The part of a report about one model: how it was judged, the scores on the hold-out, its pictures and its data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ml_insights.core.i18n import N_, Message
from ml_insights.retraining import measures
from ml_insights.retraining.facts import ReportFact, StepFact
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, INCUMBENT
from ml_insights.retraining.service.models import metric_of, title_of
from ml_insights.retraining.service.report import charts
from ml_insights.retraining.service.report.pictures import Pictures
from ml_insights.retraining.service.report.reader import Reader
from ml_insights.retraining.tables import StepName

Steps = Mapping[StepName, StepFact]

JUDGED = {
    DEPLOYED: N_("The champion, version {version}, was scored as it answers today; its training ended on {end}."),
    "refitted": N_(
        "The champion, version {version}, had already seen part of the hold-out (its training ended on {end}): its "
        "recipe was made anew on what was known before, so that nothing leaks."
    ),
    "other-horizon": N_("The champion, version {version}, looks ahead by other days: it was not compared."),
    "unusable": N_("The champion, version {version}, could not be loaded; only its recipe could be compared."),
}
LABELS = {
    CHALLENGER: N_("Challenger (recipe {recipe})"),
    INCUMBENT: N_("The champion's recipe made anew ({recipe})"),
    DEPLOYED: N_("Champion as it answers today"),
}


def of_model(report: ReportFact, model: str, reader: Reader) -> str:
    """The section of a model that had data."""
    steps = report.run.of_model(model)
    trained, judged = steps[StepName.TRAIN].result, steps[StepName.EVALUATE].result
    parts = [f"## {reader.t(title_of(model))}"]
    if trained.get("question"):
        parts.append(Message(**trained["question"]).told(reader.language))
    if judged.get("scores"):
        parts += [_judging(trained, judged, reader), _figures(steps, reader)]
        if reader.pictured and model in report.pictures:
            pictures = Pictures.model_validate(report.pictures[model])
            parts += _pictures(pictures, steps, metric_of(model, steps), reader)
    if trained:
        parts.append(_lineage(trained, reader))
    return "\n\n".join(part for part in parts if part)


def _judging(trained: Mapping[str, Any], judged: Mapping[str, Any], reader: Reader) -> str:
    told = [
        reader.t(
            N_("Everybody was judged on the same {days} days, those after {eve} up to {last}, and trained before."),
            days=(date.fromisoformat(trained["last"]) - date.fromisoformat(trained["eve"])).days,
            eve=reader.day(trained["eve"]),
            last=reader.day(trained["last"]),
        )
    ]
    rival = judged.get("rival")
    if rival:
        told.append(reader.t(JUDGED[rival["judged"]], version=rival["version"], end=reader.day(rival["end"])))
    return " ".join(told)


def _figures(steps: Steps, reader: Reader) -> str:
    rows = _scored(steps, reader)
    names = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    body = [
        [who, *(measures.written(name, figures.get(name), reader.language) for name in names)]
        for who, figures in rows.items()
    ]
    return reader.table([N_("On the hold-out"), *(measures.label(name, reader.language) for name in names)], body)


def _scored(steps: Steps, reader: Reader) -> dict[str, Mapping[str, float]]:
    """Scores by whose they are: the contenders', the champion's and the naive methods'."""
    judged, recipes = steps[StepName.EVALUATE].result, steps[StepName.TRAIN].result["recipes"]
    rows = {_label(label, recipes, reader): one["metrics"] for label, one in judged["scores"].items()}
    return rows | {_naive(name, reader): figures for name, figures in judged["baselines"].items()}


def _naive(name: str, reader: Reader) -> str:
    return reader.t(N_("Naive: {name}"), name=measures.baseline(name, reader.language))


def _label(label: str, recipes: Mapping[str, str], reader: Reader) -> str:
    return reader.t(LABELS[label], recipe=measures.recipe(recipes.get(label, ""), reader.language))


def _pictures(pictures: Pictures, steps: Steps, metric: str, reader: Reader) -> list[str]:
    named, language = measures.label(metric, reader.language), reader.language
    scored = {who: figures[metric] for who, figures in _scored(steps, reader).items() if metric in figures}
    highlighted = _label(CHALLENGER, steps[StepName.TRAIN].result["recipes"], reader)
    title = reader.t(N_("{metric} on the hold-out, lower is better"), metric=named)
    parts = [reader.image(title, charts.bars(scored, named, highlighted, language))]
    if pictures.gains:
        axes = reader.t(N_("{metric} saved by the challenger"), metric=named), reader.t(N_("units"))
        drawn = charts.gains(pictures.gains, (*axes, reader.t(N_("no difference"))), language)
        parts.append(reader.image(reader.t(N_("How much each unit gains")), drawn))
    return [*parts, _predictions(pictures, reader)]


def _predictions(pictures: Pictures, reader: Reader) -> str:
    """Chances by their calibration, forecasts over time, or single cases a dot each."""
    happened, champion = reader.t(N_("What happened")), reader.t(N_("Champion"))
    if pictures.chances:
        chances = dict(zip((reader.t(N_("Challenger")), champion), pictures.chances, strict=False))
        axes = reader.t(N_("predicted chance")), reader.t(N_("share that came true"))
        drawn = charts.calibration(chances, (*axes, reader.t(N_("perfectly calibrated"))), reader.language)
        return reader.image(reader.t(N_("Whether the chances mean what they say")), drawn)
    if pictures.course:
        said = reader.t(N_("Challenger, 80 % band")) if pictures.course.low else reader.t(N_("Challenger"))
        drawn = charts.course(pictures.course, (happened, said, champion), reader.language)
        subject = measures.subject(pictures.course.subject, reader.language)
        return reader.image(reader.t(N_("{subject} on the hold-out"), subject=subject), drawn)
    if pictures.cases:
        labels = reader.t(N_("predicted")), happened, reader.t(N_("as predicted"))
        drawn = charts.against(pictures.cases, labels, reader.language)
        return reader.image(reader.t(N_("Every case of the hold-out")), drawn)
    return ""


def _lineage(trained: Mapping[str, Any], reader: Reader) -> str:
    told = reader.t(
        N_("Trained on {rows} rows from {first} to {last}, data version {version}."),
        rows=reader.number(trained["rows"]),
        first=reader.day(trained["first"]),
        last=reader.day(trained["last"]),
        version=f"`{trained['data_version']}`",
    )
    remarks = [f"- {reader.number(count)} {reader.t(what)}" for what, count in trained["remarks"].items() if count]
    return "\n\n".join([told, "\n".join(remarks)]).strip()
