"""Views as the plain dicts that a page shows; words are already in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from babel.numbers import format_decimal

from ml_insights.core.i18n import LOCALES, N_, gettext
from ml_insights.demand.facts import BacktestFact, DemandView, LeftOutFact, ReleaseFact
from ml_insights.demand.policy import METHODS, Ahead, parse_id, period_totals
from ml_insights.demand.tables import Level

Row = dict[str, Any]
TOTAL_LABEL = N_("All products")
OTHERS_LABEL = N_("Other products")
OTHERS_OF = N_("Other products of {category}")
HOLIDAYS = {
    "before": N_("Day before a holiday"),
    "holiday": N_("Public holiday"),
    "after": N_("Day after a holiday"),
}
SUMMARY = N_(
    "{label}: {expected} expected in the next {days} days, between {low} and {high} with 80 % probability; "
    "{previous} in the {days} days before."
)


def label(view: DemandView, language: str) -> str:
    """Name of the series."""
    ref = view.detail.ref
    return named(ref.level, ref.key, ref.label, language)


def named(level: Level, key: str, label: str, language: str) -> str:
    """What a series is called in the reader's language."""
    if level == Level.TOTAL:
        return gettext(TOTAL_LABEL, language)
    if level == Level.OTHERS:
        alone = key == Level.OTHERS.value
        return gettext(OTHERS_LABEL, language) if alone else gettext(OTHERS_OF, language, category=key)
    return label


def totals(view: DemandView, ahead: Ahead) -> Row:
    """The period's total and what it is compared with."""
    period = period_totals(view.detail, ahead)
    return asdict(period) | {
        "change": period.change,
        "change_last_year": period.change_last_year,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }


def summary(label: str, shown: Row, language: str) -> str:
    """The chart in words."""

    def figure(value: float | None) -> str:
        return "–" if value is None else str(format_decimal(round(value), locale=LOCALES[language].replace("-", "_")))

    figures = {name: figure(shown[name]) for name in ("expected", "low", "high", "previous")}
    return gettext(SUMMARY, language, label=label, days=shown["days"], **figures)


def holiday_rows(view: DemandView, language: str) -> list[Row]:
    """Effects of public holidays and the days around them, as shares."""
    return [
        {
            "day": gettext(HOLIDAYS[row["day"]], language),
            "effect": row["effect"] / 100,
            "low": row["lo"] / 100,
            "high": row["hi"] / 100,
            "count": int(row["holidays"]),
        }
        for row in view.detail.effects.get("holiday", [])
    ]


def days_out(view: DemandView, left_out: Sequence[LeftOutFact]) -> frozenset[date]:
    """The days on which nothing of this series counts."""
    own = (view.detail.ref.unique_id.partition("/")[2], Level.TOTAL.value)
    return frozenset(one.ds for one in left_out if one.series in own)


def anomaly_rows(view: DemandView, out: frozenset[date], most: int = 5) -> list[Row]:
    """The newest unusual days that count, and how far from what was expected they were; those like slips first."""
    counted = [point for point in view.anomalies if point.ds not in out]
    counted.sort(key=lambda point: point.ds not in view.slips)
    return [
        {"ds": point.ds.isoformat(), "value": point.value, "expected": point.expected, "score": point.score}
        for point in counted[:most]
    ]


def slip_rows(view: DemandView, out: frozenset[date], most: int = 3) -> list[Row]:
    """The newest days that look like a slip and still count."""
    return [{"ds": day.isoformat(), "value": _sold(view, day)} for day in view.slips if day not in out][:most]


def left_out_rows(view: DemandView, left_out: Sequence[LeftOutFact], language: str) -> list[Row]:
    """Days that are left out, with who said so, and whether the forecast shown knows it already."""
    known = set(view.release.left_out)
    return [
        {
            "series": one.series,
            "of": _name_of(one.series, view, language),
            "ds": one.ds.isoformat(),
            "value": _sold(view, one.ds),
            "by": one.by.partition("@")[0],
            "used": (one.series, one.ds.isoformat()) in known,
        }
        for one in left_out
    ]


def _name_of(series: str, view: DemandView, language: str) -> str:
    """Whose day it is, where it is not that of the series shown."""
    if series == view.detail.ref.unique_id.partition("/")[2]:
        return ""
    _, level, key = parse_id(f"{view.detail.ref.measure.value}/{series}")
    return named(level, key, key, language)


def _sold(view: DemandView, day: date) -> float | None:
    start = view.detail.start
    place = (day - start).days if start else -1
    return view.detail.history[place] if 0 <= place < len(view.detail.history) else None


def backtest_rows(facts: Sequence[BacktestFact], language: str) -> list[Row]:
    """The tournament's table; `lead` is by how much a candidate's MASE is above the best one's."""
    best = next((fact.mase for fact in facts if fact.mase is not None and fact.candidate != "tournament"), None)
    return [
        asdict(fact)
        | {
            "name": gettext(METHODS.get(fact.candidate, fact.candidate), language),
            "whole": fact.candidate == "tournament",
            "lead": fact.mase / best - 1 if best and fact.mase is not None else None,
        }
        for fact in facts
    ]


def gain_row(view: DemandView, language: str) -> Row:
    """By how much the winner beat the runner-up on this series; empty where nothing else ran."""
    won = view.detail.won_by
    if won is None or won.gain is None:
        return {}
    runner_up = gettext(METHODS.get(won.runner_up, won.runner_up), language)
    low, high = won.low or 0.0, won.high or 0.0
    verdict = "won" if low > 0 else "lost" if high < 0 else "tie"
    return {"runner_up": runner_up, "verdict": verdict, "gain": won.gain, "low": won.low, "high": won.high}


def release_row(release: ReleaseFact) -> Row:
    """Where the figures come from."""
    return {
        "data_until": release.data_until.isoformat(),
        "computed_at": release.computed_at.isoformat(),
        "model_version": release.model_version,
        "products_sold": release.products_sold,
        "products_modelled": release.products_modelled,
        "seconds": release.seconds,
    }
