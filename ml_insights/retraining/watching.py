"""Whether a champion is still what it promised to be: its inputs, its error and its age."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlmodel import Session

from ml import drift
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.access import Area
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import LANGUAGES, N_, in_each
from ml_insights.core.training import Learning, Trainer
from ml_insights.ledger import queries as ledger
from ml_insights.notifications import service as notifications
from ml_insights.registry import queries as registered
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.facts import WatchFact
from ml_insights.retraining.measures import figure_in_each, label_in_each, model_input
from ml_insights.retraining.policy import MONITOR_ROUTE, SHIFTED, STALE
from ml_insights.retraining.policy import promised as promised_score
from ml_insights.retraining.service.models import retrainable, trainer_of
from ml_insights.retraining.tables import ModelWatch

RECENT_DAYS = 28
REFERENCE_DAYS = 365
"""A whole year, so that a season is not taken for a change."""


def watch(model: str, dataset: str) -> WatchFact | None:
    """Look at the champion of a model, keep what was found, and tell those who can act; None without a champion."""
    trainer = trainer_of(model)
    with reading() as session:
        champion = registered.champion(session, model, dataset)
        if champion is None:
            return None
        learning = trainer.read(session, dataset)
        decayed = _decay(session, trainer, champion)
    shifts = input_shifts(trainer, learning, date.fromisoformat(champion.training_end))
    with transaction() as session:
        row = ModelWatch(
            model=model, dataset=dataset, version=champion.version, at=clock.now(), inputs=shifts, error=decayed
        )
        session.add(row)
        _tell(session, champion, trainer.metric, shifts, decayed)
    return WatchFact(row.version, row.at, shifts, decayed)


def input_shifts(trainer: Trainer, learning: Learning, trained_until: date) -> dict[str, float]:
    """Population stability index of every input: the last four weeks against the year that was trained on."""
    recent_from = learning.last - timedelta(days=RECENT_DAYS - 1)
    until = min(trained_until, recent_from - timedelta(days=1))
    reference = trainer.inputs(learning, until - timedelta(days=REFERENCE_DAYS - 1), until)
    recent = trainer.inputs(learning, recent_from, learning.last)
    shifts = {str(name): _shift(reference[name], recent[name]) for name in reference.columns}
    return {name: shift for name, shift in shifts.items() if shift is not None}


def _shift(reference: pd.Series, recent: pd.Series) -> float | None:
    if not reference.notna().any() or recent.empty:
        return None
    return round(drift.psi(drift.fix_bins(reference), recent), 4)


def _decay(session: Session, trainer: Trainer, champion: VersionFact) -> dict[str, Any]:
    """The live error of this version against the one that it had on the hold-out."""
    promised, _ = promised_score(champion.metrics, trainer.metric)
    if promised is None:
        return {}
    found = ledger.drift_of_error(
        session,
        Dataset(champion.dataset),
        champion.name,
        float(promised),
        metric=trainer.metric,
        version=champion.version,
    )
    if not math.isfinite(found.recent):
        return {}
    known = {name: value for name, value in asdict(found).items() if isinstance(value, bool) or math.isfinite(value)}
    return {"metric": trainer.metric, **known}


def _tell(
    session: Session, champion: VersionFact, metric: str, shifts: dict[str, float], decayed: dict[str, Any]
) -> None:
    title = in_each(retrainable()[champion.name].title)
    mark = f"{champion.dataset}/{champion.key}"
    where = {"route": MONITOR_ROUTE, "dataset": champion.dataset}
    if decayed.get("decayed"):
        notifications.tell(
            session,
            Area.MODELS_MANAGE,
            N_("{model} has become less accurate"),
            N_(
                "Version {version} promised {metric} {promised} and reached {recent} over the last weeks, beyond "
                "noise. Retrain it from the monitor."
            ),
            kind="warning",
            key=f"decay/{mark}",
            model=title,
            version=champion.version,
            metric=label_in_each(metric),
            promised=figure_in_each(decayed["promised"]),
            recent=figure_in_each(decayed["recent"]),
            **where,
        )
    moved = [name for name, shift in shifts.items() if shift > SHIFTED]
    if moved:
        notifications.tell(
            session,
            Area.MODELS_MANAGE,
            N_("The data of {model} have shifted"),
            N_("These inputs differ from those that version {version} was trained on: {inputs}."),
            kind="info",
            key=f"shift/{mark}",
            model=title,
            version=champion.version,
            inputs={language: ", ".join(model_input(name, language) for name in moved) for language in LANGUAGES},
            **where,
        )
    age = clock.now().date() - date.fromisoformat(champion.training_end)
    if age > STALE:
        notifications.tell(
            session,
            Area.MODELS_MANAGE,
            N_("{model} is out of date"),
            N_("The data that version {version} was trained on end {days} days ago. Look why retraining kept it."),
            kind="warning",
            key=f"age/{mark}",
            model=title,
            version=champion.version,
            days=age.days,
            **where,
        )
