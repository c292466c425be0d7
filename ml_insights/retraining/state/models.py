"""What is in production, the versions of one model side by side, and changing between them."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from ml_insights.capabilities import capabilities
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.errors import ProductError
from ml_insights.core.i18n import gettext
from ml_insights.registry import queries as registered
from ml_insights.registry.facts import PromotionFact, VersionFact
from ml_insights.retraining import policy
from ml_insights.retraining.facts import ProductionFact
from ml_insights.retraining.measures import label, measure, recipe
from ml_insights.retraining.service import activation
from ml_insights.retraining.service.models import retrainable, trainer_of
from ml_insights.retraining.service.production import production
from ml_insights.ui.guard import allow, viewer
from ml_insights.ui.i18n import language_of

SIDE_BY_SIDE = 5


class ModelsState(rx.State):
    """Cards of what is in production, and the details of the model that was chosen."""

    phase: rx.Field[str] = rx.field(default="waiting")
    models: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    chosen: rx.Field[str] = rx.field(default="")
    title: rx.Field[str] = rx.field(default="")
    versions: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    metrics: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    history: rx.Field[list[dict[str, Any]]] = rx.field(default_factory=list)
    recipes: rx.Field[list[dict[str, str]]] = rx.field(default_factory=list)
    recipe: rx.Field[str] = rx.field(default="")
    lineage: rx.Field[dict[str, Any]] = rx.field(default_factory=dict)
    asked_version: rx.Field[str] = rx.field(default="")
    asked_back: rx.Field[bool] = rx.field(default=False)
    busy: rx.Field[bool] = rx.field(default=False)
    problem: rx.Field[str] = rx.field(default="")

    @rx.event
    @allow(Area.MODELS)
    async def load(self):
        """Show what is in production."""
        await self._refresh()

    @rx.event
    @allow(Area.MODELS)
    async def refresh(self):
        """Show it anew once a run is over, where it was shown."""
        if self.phase != "waiting":
            await self._refresh()

    @rx.event
    @allow(Area.MODELS)
    async def choose(self, model: str):
        """Show the versions of another model."""
        self.chosen, self.lineage, self.asked_version = model, {}, ""
        await self._refresh()

    @rx.event
    @allow(Area.MODELS)
    def choose_recipe(self, name: str):
        """The recipe that the next run of this model is to judge."""
        self.recipe = name

    @rx.event
    @allow(Area.MODELS)
    async def trace(self, version: str):
        """Show where a version comes from."""
        self.lineage = await asyncio.to_thread(_lineage, self.chosen, version, language_of(self))

    @rx.event
    @allow(Area.MODELS_MANAGE)
    def ask(self, version: str, back: bool):
        """Ask for the reason of a promotion, or of going back."""
        self.asked_version, self.asked_back, self.problem = version, back, ""

    @rx.event
    @allow(Area.MODELS_MANAGE)
    async def ask_back(self, model: str, version: str):
        """Ask for the reason of going back, from a card."""
        if model != self.chosen:
            self.chosen, self.lineage = model, {}
            await self._refresh()
        self.asked_version, self.asked_back, self.problem = version, True, ""

    @rx.event
    @allow(Area.MODELS_MANAGE)
    def forget(self):
        """Change nothing."""
        self.asked_version, self.problem = "", ""

    @rx.event(background=True)
    @allow(Area.MODELS_MANAGE)
    async def confirm(self, form: dict[str, Any]):
        """Put the version to use, for the reason given; its predictions answer at once."""
        async with self:
            if self.busy or not self.asked_version:
                return
            self.busy, self.problem = True, ""
            model, version, back = self.chosen, self.asked_version, self.asked_back
            actor, language = viewer(self).email, language_of(self)
        problem = await asyncio.to_thread(_change, model, version, back, actor, str(form.get("reason", "")), language)
        async with self:
            self.busy, self.problem = False, problem
            if not problem:
                self.asked_version = ""
                await self._refresh()

    async def _refresh(self) -> None:
        found = await asyncio.to_thread(_production, language_of(self))
        self.models = found
        names = [model["name"] for model in found]
        self.chosen = self.chosen if self.chosen in names else (names[0] if names else "")
        self.phase = "ready" if any(model["version"] for model in found) else "empty"
        if self.chosen:
            for name, value in (await asyncio.to_thread(_details, self.chosen, language_of(self))).items():
                setattr(self, name, value)


def _production(language: str) -> list[dict[str, Any]]:
    with reading() as session:
        dataset = active_dataset(session).value
        return [_card(fact, language) for fact in production(session, dataset, language)]


def _card(fact: ProductionFact, language: str) -> dict[str, Any]:
    champion, metric = fact.champion, trainer_of(fact.name).metric if fact.retrainable else ""
    scores = champion.metrics if champion else {}
    promised, in_backtest = policy.promised(scores, metric)
    live = fact.live.get(metric)
    return {
        "name": fact.name,
        "title": gettext(fact.title, language),
        "version": champion.version if champion else "",
        "recipe": recipe(champion.recipe, language) if champion else "",
        "since": champion.deployed_at.isoformat() if champion and champion.deployed_at else "",
        "by": who(champion.promoted_by or "", language) if champion else "",
        "reason": champion.why.told(language) if champion else "",
        "data_until": champion.training_end if champion else "",
        "overdue": fact.overdue,
        "metric": label(metric, language),
        "promised": promised,
        "in_backtest": in_backtest,
        "naive": None if in_backtest else scores.get(policy.NAIVE + metric),
        "live": live,
        "outcomes": fact.live.get("outcomes", 0),
        "coverage_80": fact.live.get("coverage_80"),
        "promised_80": policy.promised(scores, "coverage_80")[0],
        "fallback": fact.fallback.version if fact.fallback else "",
        "report": champion.report or "" if champion else "",
        "last_at": fact.last.at.isoformat() if fact.last else "",
        "last_reason": (fact.last.failed or fact.last.unused or fact.last.reason) if fact.last else "",
        "last_promoted": bool(fact.last and fact.last.promoted),
        "last_failed": bool(fact.last and fact.last.failed),
        "last_unused": bool(fact.last and fact.last.unused),
    }


def _details(model: str, language: str) -> dict[str, Any]:
    with reading() as session:
        dataset = active_dataset(session).value
        versions = registered.versions(session, model, dataset, SIDE_BY_SIDE)
        history = registered.history(session, model, dataset)
    spec = retrainable().get(model)
    recipes = [one.name for one in trainer_of(model).recipes()] if spec else []
    return {
        "title": gettext(spec.title, language) if spec else model,
        "versions": [_version(version, language) for version in versions],
        "metrics": metric_rows(versions, language),
        "history": [_change_row(fact, language) for fact in history],
        "recipes": [{"value": name, "label": recipe(name, language)} for name in recipes],
        "recipe": recipes[0] if recipes else "",
    }


def _version(version: VersionFact, language: str) -> dict[str, Any]:
    return {
        "version": version.version,
        "status": version.status,
        "trained_at": version.trained_at.isoformat(),
        "training_start": version.training_start,
        "training_end": version.training_end,
        "recipe": recipe(version.recipe, language),
        "horizon": version.horizon,
        "report": version.report or "",
        "promotable": version.status not in ("champion",),
        "back": version.status == "fallback",
    }


def metric_rows(versions: list[VersionFact], language: str) -> list[dict[str, Any]]:
    """A row per metric that any of `versions` has: its name, and its value in each of them, the best one marked.

    Scores on hold-outs come first, each followed by the naive method's, then those of the versions' own backtests.
    """
    names = dict.fromkeys(name for version in versions for name in version.metrics)
    ordered = sorted(names, key=lambda name: name.startswith(policy.BACKTEST))
    plain = [name.removeprefix(policy.NAIVE) for name in ordered]
    ordered.sort(key=lambda name: (plain.index(name.removeprefix(policy.NAIVE)), name.startswith(policy.NAIVE)))
    return [_metric_row(name, [version.metrics.get(name) for version in versions], language) for name in ordered]


def _metric_row(name: str, values: list[float | None], language: str) -> dict[str, Any]:
    naive = name.startswith(policy.NAIVE)
    known = [value for value in values if value is not None]
    plain = name.removeprefix(policy.BACKTEST).removeprefix(policy.NAIVE)
    told, best = measure(plain)[0], None
    if len(known) > 1 and told.best and not naive:
        best = max(known) if told.best == "high" else min(known)
    cells = [
        {"value": value, "known": value is not None, "best": value is not None and value == best} for value in values
    ]
    backtest = name.startswith(policy.BACKTEST)
    title = label(plain, language)
    return {"name": title, "backtest": backtest, "naive": naive, "key": name, "kind": told.form, "cells": cells}


def who(by: str, language: str) -> str:
    """A person's address as it is; a job by its title."""
    titles = {job.name: job.title for capability in capabilities() for job in capability.jobs}
    return gettext(titles.get(by, by), language)


def _change_row(fact: PromotionFact, language: str) -> dict[str, Any]:
    return {
        "at": fact.at.isoformat(),
        "act": fact.act.value,
        "change": f"{fact.from_version or '–'} → {fact.to_version}",
        "by": who(fact.by, language),
        "reason": fact.why.told(language),
    }


def _lineage(model: str, number: str, language: str) -> dict[str, Any]:
    with reading() as session:
        found = registered.version(session, model, active_dataset(session).value, number)
    if found is None:
        return {}
    return {
        "version": found.version,
        "type": found.type,
        "recipe": f"{recipe(found.recipe, language)} · {found.recipe_digest}",
        "data": found.data_version,
        "window": f"{found.training_start} – {found.training_end}",
        "path": found.path,
        "digest": found.digest,
        "libraries": ", ".join(f"{name} {version}" for name, version in sorted(found.libraries.items())),
        "features": ", ".join(f"{name} ({kind})" for name, kind in found.feature_schema.items()),
        "report": found.report or "",
    }


def _change(model: str, version: str, back: bool, actor: str, reason: str, language: str) -> str:
    """Do it; what went wrong in words, or nothing."""
    try:
        with reading() as session:
            dataset = active_dataset(session).value
        ready = activation.rollback(model, dataset) if back else activation.promotion(model, version, dataset)
        with transaction() as session:
            ready.write(session, actor, reason)
    except ProductError as error:
        return error.message(language)
    return ""
