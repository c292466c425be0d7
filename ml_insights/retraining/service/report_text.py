"""A run as a report that reads well: what happened first, then why, the figures, the data and the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from ml.promotion import Question
from ml.quality import Oddity
from ml_insights.core.company import company
from ml_insights.core.i18n import LOCALES, N_, gettext
from ml_insights.core.training import Evaluation
from ml_insights.retraining import measures, policy
from ml_insights.retraining.facts import RunFact, StepFact
from ml_insights.retraining.service import charts, drafts
from ml_insights.retraining.service.contest import CHALLENGER, DEPLOYED, INCUMBENT
from ml_insights.retraining.service.models import spec_of, trainer_of
from ml_insights.retraining.tables import RunKind, StepName, StepStatus

if TYPE_CHECKING:
    import pandas as pd

SOURCES = {
    "supabase": N_(
        "{contract}: read from Supabase, {fetched} rows, {added} new, {updated} changed, {refused} refused."
    ),
    "snapshot": N_("{contract}: from the snapshot of {since}, since Supabase did not answer ({error})."),
    "tables": N_("{contract}: what is in the tables, last imported {since}."),
    "demo": N_("The demo company, which is in the tables."),
}
JUDGED = {
    DEPLOYED: N_("The champion, version {version}, was scored as it answers today; its training ended on {end}."),
    "refitted": N_(
        "The champion, version {version}, had already seen part of the hold-out (its training ended on {end}): its "
        "recipe was made anew on what was known before, so that nothing leaks."
    ),
    "unusable": N_("The champion, version {version}, could not be loaded; only its recipe could be compared."),
}


@dataclass(frozen=True)
class Report:
    """`markdown` holds title and headline as well."""

    title: str
    headline: str
    markdown: str


def compose(run: RunFact, language: str) -> Report:
    """The report of a run whose models are through."""
    words = _Words(run, language)
    title = words.title()
    parts = [f"# {title}", f"**{headline(run, language)}**", words.at_a_glance(), words.why()]
    parts += [words.model(model) for model in words.used()]
    parts += [words.data(), words.time()]
    return Report(title, headline(run, language), "\n\n".join(part for part in parts if part) + "\n")


def headline(run: RunFact, language: str) -> str:
    """One sentence about the whole run."""
    promoted, kept, failed, unused = [], [], [], []
    for model in run.models:
        steps = run.of_model(model)
        target = kept
        if any(step.status == StepStatus.FAILED for step in steps.values()):
            target = failed
        elif run.unused(model, language):
            target = unused
        elif steps[StepName.PUBLISH].result.get("promoted"):
            target = promoted
        target.append(gettext(spec_of(model).title, language))
    told = [
        gettext(template, language, models=", ".join(names))
        for template, names in (
            (N_("Renewed: {models}."), promoted),
            (N_("Kept as it was: {models}."), kept),
            (N_("Failed, so that the former model goes on answering: {models}."), failed),
            (N_("Not used, for want of data: {models}."), unused),
        )
        if names
    ]
    return " ".join(told)


class _Words:
    """The sections of one report in one language."""

    def __init__(self, run: RunFact, language: str) -> None:
        self.run, self.language, self.locale = run, language, LOCALES[language].replace("-", "_")

    def t(self, message: str, **values: Any) -> str:
        return gettext(message, self.language, **values)

    def number(self, value: float | None, digits: int = 0) -> str:
        if value is None:
            return "–"
        return format_decimal(round(value, digits), locale=self.locale, decimal_quantization=False)

    def day(self, text: str | None) -> str:
        if not text:
            return "–"
        moment = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        return format_date(moment, "long", locale=self.locale)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        aligned = ["---", *("---:" for _ in headings[1:])]
        lines = [headings, aligned, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def title(self) -> str:
        day = format_date(self.run.started_at.astimezone(company().zone), "long", locale=self.locale)
        light = self.run.kind == RunKind.CONTINUOUS
        template = N_("Continuous learning of {day}") if light else N_("Retraining of {day}")
        return self.t(template, day=day)

    def at_a_glance(self) -> str:
        rows = []
        for model in self.used():
            steps = self.run.of_model(model)
            published, scores = steps[StepName.PUBLISH].result, self.scores(model)
            metric = trainer_of(model).metric
            champion = scores.get(DEPLOYED) or scores.get(INCUMBENT) or {}
            figures = [scores.get(CHALLENGER, {}).get(metric), champion.get(metric)]
            naive = next(iter(steps[StepName.EVALUATE].result.get("baselines", {}).values()), {}).get(metric)
            rows.append(
                [
                    self.t(spec_of(model).title),
                    self.result(steps),
                    str(published.get("version") or "–"),
                    measures.label(metric, self.language),
                    *(measures.written(metric, value) for value in (*figures, naive)),
                ]
            )
        headings = (
            N_("Model"),
            N_("Result"),
            N_("Version that answers"),
            N_("Judged by"),
            N_("Challenger"),
            N_("Champion"),
            N_("Naive"),
        )
        return self.table([self.t(heading) for heading in headings], rows) if rows else ""

    def used(self) -> list[str]:
        """The models that have data."""
        return [model for model in self.run.models if not self.run.unused(model, self.language)]

    def result(self, steps: Mapping[StepName, StepFact]) -> str:
        if any(step.status == StepStatus.FAILED for step in steps.values()):
            return self.t(N_("failed"))
        return self.t(N_("promoted") if steps[StepName.PUBLISH].result.get("promoted") else N_("kept"))

    def scores(self, model: str) -> dict[str, Mapping[str, float]]:
        told = self.run.of_model(model)[StepName.EVALUATE].result.get("scores", {})
        return {label: one["metrics"] for label, one in told.items()}

    def why(self) -> str:
        parts = [f"## {self.t(N_('What changed and why'))}"]
        for model in self.run.models:
            steps = self.run.of_model(model)
            reasons = [self.decision(model, one) for one in steps[StepName.EVALUATE].result.get("decisions", [])]
            reasons += [step.error_in(self.language) for step in steps.values() if step.error]
            parts.append(f"**{self.t(spec_of(model).title)}**\n\n" + "\n".join(f"- {reason}" for reason in reasons))
        failed = [step for step in self.run.steps if not step.model and step.status == StepStatus.FAILED]
        parts += [f"**{self.t(policy.STEPS[step.name])}**\n\n- {step.error_in(self.language)}" for step in failed]
        return "\n\n".join(parts)

    def decision(self, model: str, told: Mapping[str, Any]) -> str:
        question = self.t(policy.QUESTIONS[Question(told["question"])])
        answer = self.t(N_("Yes.") if told["promote"] else N_("No."))
        return f"{question} {answer} {policy.reason_of(told, trainer_of(model).metric).told(self.language)}"

    def model(self, model: str) -> str:
        steps = self.run.of_model(model)
        trained, judged = steps[StepName.TRAIN].result, steps[StepName.EVALUATE].result
        parts = [f"## {self.t(spec_of(model).title)}"]
        if judged.get("scores"):
            parts += [self.judging(trained, judged), self.figures(model, judged), *self.drawn(model)]
        if trained:
            parts.append(self.lineage(trained))
        return "\n\n".join(part for part in parts if part)

    def judging(self, trained: Mapping[str, Any], judged: Mapping[str, Any]) -> str:
        days = (date.fromisoformat(trained["last"]) - date.fromisoformat(trained["eve"])).days
        told = [
            self.t(
                N_("Everybody was judged on the same {days} days, those after {eve} up to {last}, and trained before."),
                days=days,
                eve=self.day(trained["eve"]),
                last=self.day(trained["last"]),
            )
        ]
        rival = judged.get("rival")
        if rival:
            told.append(self.t(JUDGED[rival["judged"]], version=rival["version"], end=self.day(rival["end"])))
        return " ".join(told)

    def figures(self, model: str, judged: Mapping[str, Any]) -> str:
        rows = {self.label(label, model): one for label, one in self.scores(model).items()}
        rows |= {self.baseline(name): figures for name, figures in judged["baselines"].items()}
        names = list(dict.fromkeys(name for figures in rows.values() for name in figures))
        body = [[who, *(measures.written(name, figures.get(name)) for name in names)] for who, figures in rows.items()]
        return self.table(
            [self.t(N_("On the hold-out")), *(measures.label(name, self.language) for name in names)], body
        )

    def label(self, label: str, model: str) -> str:
        recipes = self.run.of_model(model)[StepName.TRAIN].result["recipes"]
        template = {
            CHALLENGER: N_("Challenger (recipe {recipe})"),
            INCUMBENT: N_("The champion's recipe made anew ({recipe})"),
            DEPLOYED: N_("Champion as it answers today"),
        }[label]
        return self.t(template, recipe=recipes.get(label, ""))

    def baseline(self, name: str) -> str:
        return self.t(N_("Naive: {name}"), name=measures.baseline(name, self.language))

    def drawn(self, model: str) -> list[str]:
        evaluations: dict[str, Evaluation] = {}
        for label in self.scores(model):
            try:
                evaluations[label] = drafts.evaluation(self.run.id, model, label)
            except drafts.LOST:
                return []
        metric, challenger = trainer_of(model).metric, evaluations[CHALLENGER]
        named = measures.label(metric, self.language)
        figures = {self.label(label, model): one.metrics[metric] for label, one in evaluations.items()}
        figures |= {self.baseline(name): one[metric] for name, one in challenger.baselines.items() if metric in one}
        parts = [
            self.image(
                self.t(N_("{metric} on the hold-out, lower is better"), metric=named),
                charts.bars(figures, named, self.label(CHALLENGER, model)),
            )
        ]
        rival = evaluations.get(DEPLOYED) or evaluations.get(INCUMBENT)
        if rival and challenger.losses.keys() & rival.losses.keys():
            axes = (
                self.t(N_("{metric} saved by the challenger"), metric=named),
                self.t(N_("units")),
                self.t(N_("no difference")),
            )
            parts.append(
                self.image(self.t(N_("How much each unit gains")), charts.gains(challenger.losses, rival.losses, axes))
            )
        return [*parts, self.course(challenger, rival)]

    def course(self, challenger: Evaluation, rival: Evaluation | None) -> str:
        """Chances by their calibration, forecasts over time, single cases a dot each."""
        rows = challenger.predictions
        if "probability" in rows and rows["probability"].notna().any():
            return self.calibration(rows, rival)
        shown = rows[rows["subject"] == challenger.shown]
        if shown.empty or "value" not in shown:
            return ""
        if len(shown) == 1:
            axes = self.t(N_("predicted")), self.t(N_("What happened")), self.t(N_("as predicted"))
            return self.image(self.t(N_("Every case of the hold-out")), charts.against(rows, axes))
        others = rival.predictions[rival.predictions["subject"] == challenger.shown] if rival else shown[:0]
        rivals = {self.t(N_("Champion")): others} if len(others) else {}
        drawn = charts.lines(shown, rivals, (self.t(N_("What happened")), self.t(N_("Challenger, 80 % band"))))
        return self.image(self.t(N_("{subject} on the hold-out"), subject=challenger.shown), drawn)

    def calibration(self, rows: pd.DataFrame, rival: Evaluation | None) -> str:
        chances = {self.t(N_("Challenger")): rows}
        if rival is not None and "probability" in rival.predictions:
            chances[self.t(N_("Champion"))] = rival.predictions
        axes = self.t(N_("predicted chance")), self.t(N_("share that came true")), self.t(N_("perfectly calibrated"))
        return self.image(self.t(N_("Whether the chances mean what they say")), charts.calibration(chances, axes))

    def image(self, title: str, data: str) -> str:
        return f"![{title}]({data})\n\n*{title}*"

    def lineage(self, trained: Mapping[str, Any]) -> str:
        told = self.t(
            N_("Trained on {rows} rows from {first} to {last}, data version {version}."),
            rows=self.number(trained["rows"]),
            first=self.day(trained["first"]),
            last=self.day(trained["last"]),
            version=f"`{trained['data_version']}`",
        )
        remarks = [f"- {self.number(count)} {self.t(what)}" for what, count in trained["remarks"].items() if count]
        return "\n\n".join([told, "\n".join(remarks)]).strip()

    def data(self) -> str:
        steps = self.run.of_model("")
        parts = [f"## {self.t(N_('Data'))}"]
        if StepName.EXTRACT in steps:
            parts.append(
                "\n".join(f"- {self.source(one)}" for one in steps[StepName.EXTRACT].result.get("sources", []))
            )
        found = steps[StepName.QUALITY].result
        if found:
            parts += [self.amounts(found), self.oddities(found)]
        backup = steps.get(StepName.BACKUP)
        if backup and backup.result:
            size = self.number(backup.result["size"] / 1e6, 1)
            template = N_("Before anything changed, the backup {name} was made ({size} MB).")
            parts.append(self.t(template, name=f"`{backup.result['name']}`", size=size))
        return "\n\n".join(part for part in parts if part)

    def source(self, one: Mapping[str, Any]) -> str:
        values = {name: self.number(one[name]) for name in ("fetched", "added", "updated", "refused") if name in one}
        since = self.day(one.get("since"))
        told = self.t(SOURCES[one["source"]], contract=one["contract"], since=since, error=one["error"], **values)
        if one.get("warning"):
            return f"{told} {one['warning']}"
        return f"{told} ({one['error']})" if one["source"] == "tables" and one["error"] else told

    def amounts(self, found: Mapping[str, Any]) -> str:
        return self.t(
            N_(
                "{lines} order lines in {orders} orders of {customers} customers and {products} products, {first} to "
                "{last}; models learn from {learnt} of them. {silent} of {days} days have no sale."
            ),
            **{name: self.number(found[name]) for name in ("lines", "orders", "customers", "products", "learnt")},
            first=self.day(found["first"]),
            last=self.day(found["last"]),
            silent=self.number(found["silent_days"]),
            days=self.number(found["days"]),
        )

    def oddities(self, found: Mapping[str, Any]) -> str:
        lines = max(found["lines"], 1)
        rows = [
            [self.t(policy.ODDITIES[Oddity(name)]), self.number(count), f"{count / lines:.2%}"]
            for name, count in found["oddities"].items()
            if count
        ]
        if not rows:
            return ""
        return self.table([self.t(heading) for heading in (N_("Data quality"), N_("Lines"), N_("Share"))], rows)

    def time(self) -> str:
        rows = [
            (self.step(step), step.seconds, step.fit_seconds)
            for step in self.run.steps
            if step.finished_at and step.status != StepStatus.SKIPPED
        ]
        total, fits = sum(seconds for _, seconds, _ in rows), sum(fit for *_, fit in rows)
        told = self.t(
            N_("{total} s in all, {fits} s of them the models' own fits."),
            total=self.number(total, 1),
            fits=self.number(fits, 1),
        )
        body = [[name, self.number(seconds, 1), self.number(fit, 1) if fit else ""] for name, seconds, fit in rows]
        table = self.table([self.t(heading) for heading in (N_("Step"), N_("Seconds"), N_("Of which fits"))], body)
        drawn = charts.durations(rows, (self.t(N_("the models' own fits")), self.t(N_("everything else"))))
        made = format_datetime(self.run.started_at.astimezone(company().zone), "medium", locale=self.locale)
        began = self.t(N_("Begun {at}, run {run}."), at=made, run=self.run.id)
        title = self.t(N_("Time"))
        return "\n\n".join([f"## {title}", f"{told} {began}", table, self.image(self.t(N_("Seconds per step")), drawn)])

    def step(self, step: StepFact) -> str:
        name = self.t(policy.STEPS[step.name])
        return f"{name}: {self.t(spec_of(step.model).title)}" if step.model else name
