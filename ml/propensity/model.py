"""Who buys, when, how much and what it comes to: fitted on rolling cutoffs, asked as of any later one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from ml.behaviour.bg_nbd import BgNbd, fit_bg_nbd, rhythm
from ml.behaviour.features import net_revenue
from ml.behaviour.history import History, day_number
from ml.behaviour.plausible import usual
from ml.behaviour.ranking import hits
from ml.propensity import basket, blend, levels, lifetime, timing
from ml.propensity.carrying import known_sales
from ml.propensity.cutoffs import Cases, cases
from ml.propensity.features import FEATURES, features
from ml.propensity.products import Mix
from ml.propensity.reasons import reasons
from ml.propensity.types import NotEnoughHistory, Outlook, Scored

SOON, MONTH, FAR = 7, 30, 90
VALUE_DAYS = 365
MOST_CUSTOMERS = 40_000
"""A fit sees at most so many customers, drawn at random; more teach nothing new and take time."""
EXPLAINED = 5_000
LIST = 30
"""Customers on a week's list."""
FORMAT = 1
FARTHEST_LEVEL = 10.0


@dataclass(frozen=True)
class Propensity:
    """What was fitted. end: the first day (since 1970) that it had not seen. value_days: how far lifetime value looks.

    chances: a classifier per horizon in days. typical: what is usual of every feature. checked: what a list made a week
    before the end, by a model that knew only what was before it, would have found.
    """

    end: int
    chances: Mapping[int, blend.Blend]
    basket: basket.Basket
    lifetime: lifetime.Lifetime
    carry: BgNbd
    value_days: int
    typical: Mapping[str, float]
    checked: Mapping[str, float] = field(default_factory=dict)
    mix: Mix = field(default_factory=Mix)
    trees: bool = True


def fit(
    history: History, cutoff: object, value_days: int = VALUE_DAYS, mix: Mix | None = None, trees: bool = True
) -> Propensity:
    """Learn from what was known on the eve of `cutoff`. Raises NotEnoughHistory.

    mix: of likely products, see `ml.propensity.products.choose`. trees: whether they stand by the regression.
    """
    end = day_number(cutoff)
    known = sampled(before(history, end))
    soon = cases(known, end, SOON)
    month = cases(known, end, MONTH)
    now = features(known, end_day(end))
    amounts = basket.next_order(known, month, end - MONTH - month.ago)
    amounts = np.where(month.answers["bought"].to_numpy(), amounts, np.nan)
    fitted = Propensity(
        end=end,
        chances={SOON: _chance(soon, trees), MONTH: _chance(month, trees), **_far(known, end, trees)},
        basket=basket.fit(month, amounts),
        lifetime=lifetime.fit(known, end, value_days),
        carry=fit_bg_nbd(*rhythm(now)),
        value_days=value_days,
        typical=usual(now, FEATURES),
        mix=mix or Mix(),
        trees=trees,
    )
    return replace(fitted, checked=_checked(fitted, known, soon, end))


def _chance(known: Cases, trees: bool) -> blend.Blend:
    return blend.fit(known.table, known.answers["bought"].to_numpy(bool), known.weight, trees)


def _far(history: History, end: int, trees: bool) -> dict[int, blend.Blend]:
    try:
        return {FAR: _chance(cases(history, end, FAR), trees)}
    except NotEnoughHistory:
        return {}


def _checked(fitted: Propensity, history: History, soon: Cases, end: int) -> dict[str, float]:
    """The list of a week ago, by a classifier that had not seen that week; empty where nothing is older."""
    week, older = soon.ago == 0, soon.ago >= SOON
    if not older.any() or not week.any():
        return {}
    chance = expit(_chance(soon.only(older), fitted.trees).log_odds(soon.table[week]))
    revenue = chance * fitted.basket(soon.table[week])["basket"].to_numpy()
    bought = soon.answers["bought"].to_numpy(bool)[week]
    size = min(LIST, len(bought))
    return {
        "since": float(end - SOON), "size": float(size), "hits": hits(bought, revenue, size),
        "customers": float(len(bought)), "buyers": float(bought.sum()),
    }  # fmt: skip


def score(model: Propensity, history: History, cutoff: object, explained: int = EXPLAINED) -> Scored:
    """Everybody who had bought before `cutoff`, with what was known on its eve, at the level of the weeks before it.

    explained: how many of those most likely to buy get reasons.
    """
    end = day_number(cutoff)
    known = before(history, end)
    table = features(known, end_day(end))
    recent = sampled(known)
    chances = {days: chance(model.chances[days], days, table, recent, end) for days in sorted(model.chances)}
    rising = dict(zip(chances, np.maximum.accumulate(list(chances.values())), strict=True)) if len(table) else chances
    told = _told(model, known, table, rising, end)
    weeks = _weeks(model, recent, end)
    told["revenue_7"] = told["chance_7"] * told["basket"] * levels.ratio(*weeks)
    first = np.argsort(-told["chance_7"].to_numpy(), kind="stable")[:explained]
    return Scored(told, reasons(model.chances[SOON], model.typical, table, first), _outlook(told, recent, end),
                  model.value_days)  # fmt: skip


def chance(model: blend.Blend, days: int, table: pd.DataFrame, history: History, end: int) -> np.ndarray:
    """(rows,) chance of a purchase within `days`, at the level of the newest cutoffs with an answer before `end`."""
    if table.empty:
        return np.zeros(0)
    try:
        recent = cases(history, end, days, levels.RECENT)
    except NotEnoughHistory:
        return expit(model.log_odds(table))
    bought = recent.answers["bought"].to_numpy(float)
    return expit(model.log_odds(table) + levels.shift(model.log_odds(recent.table), bought, recent.ago))


def _told(
    model: Propensity, known: History, table: pd.DataFrame, chances: Mapping[int, np.ndarray], end: int
) -> pd.DataFrame:
    place = known.customers.get_indexer(table.index)
    counts = timing.weekdays(known, end, place)
    days = timing.next_days(chances, counts, end)
    worth = value(model, table, level_of(model, known, table, end))
    return pd.DataFrame(
        {
            "chance_7": chances[SOON],
            "chance_30": chances[MONTH],
            **{name: days[:, at] for at, name in enumerate(("next_day", "next_from", "next_to"))},
            "weekday": timing.usual(counts),
            **model.basket(table),
            **worth,
            "last_day": pd.to_datetime(end - table["recency"].to_numpy(), unit="D"),
            "orders": table["orders"].to_numpy(),
            "revenue_year": net_revenue(known, end_day(end), 365),
        },
        index=table.index,
    )


def level_of(model: Propensity, history: History, table: pd.DataFrame, end: int) -> float:
    """What values are multiplied by so that they add up to what known customers bring in a year like the last.

    1 where they were learnt on windows as long as they look ahead, or look less than a year: then a year's season is
    in them as it should be, or none can be.
    """
    if model.lifetime.days >= model.value_days or model.value_days < VALUE_DAYS:
        return 1.0
    sales, total = known_sales(history, end, model.value_days), float(value(model, table)["value"].sum())
    return float(np.clip(sales / total, 1 / FARTHEST_LEVEL, FARTHEST_LEVEL)) if sales and total > 0 else 1.0


def value(model: Propensity, table: pd.DataFrame, level: float = 1.0) -> dict[str, np.ndarray]:
    """value, value_low and value_high of every row of features: revenue within `model.value_days`, with 80 % bounds.

    level: see `level_of`.
    """
    if table.empty:
        return {name: np.zeros(0) for name in ("value", "value_low", "value_high")}
    expected = model.lifetime.expected(table)
    low, high = model.lifetime.bounds(expected)
    growth = model.carry.growth(*rhythm(table), model.lifetime.days, model.value_days) * level
    return {"value": expected * growth, "value_low": low * growth, "value_high": high * growth}


def _weeks(model: Propensity, history: History, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected and actual revenue of recent weeks, by customer and week, and how long ago they ended."""
    try:
        recent = cases(history, end, SOON, levels.RECENT)
    except NotEnoughHistory:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    odds = model.chances[SOON].log_odds(recent.table)
    likely = expit(odds + levels.shift(odds, recent.answers["bought"].to_numpy(float), recent.ago))
    spent = recent.answers["revenue"].to_numpy(float)
    cap = np.quantile(spent, lifetime.CLIP)
    return likely * model.basket(recent.table)["basket"].to_numpy(), np.minimum(spent, cap), recent.ago


def _outlook(told: pd.DataFrame, history: History, end: int) -> Outlook:
    chance_7, amount = told["chance_7"].to_numpy(), told["revenue_7"].to_numpy()
    of_buyers, of_revenue = levels.weekly_spread(history, end)
    buyers, revenue = float(chance_7.sum()), float(amount.sum())
    luck = float((chance_7 * (1 - chance_7)).sum()) / max(buyers, 1e-9) ** 2
    wide = float(np.exp(levels.Z_80 * np.sqrt(of_buyers**2 + luck)))
    share = np.divide(amount, chance_7, out=np.zeros(len(amount)), where=chance_7 > 0)
    heavy = float((chance_7 * share**2 * 2).sum()) / max(revenue, 1e-9) ** 2
    wider = float(np.exp(levels.Z_80 * np.sqrt(max(of_revenue**2, heavy))))
    return Outlook(buyers, buyers / wide, buyers * wide, revenue, revenue / wider, revenue * wider)


def before(history: History, end: int) -> History:
    """What was known when `end` began."""
    past, gone = history.day < end, history.return_day < end
    if past.all() and gone.all() and history.last == end - 1:
        return history
    return replace(
        history,
        **{name: getattr(history, name)[past] for name in ("code", "day", "revenue", "units", "products")},
        **{name: getattr(history, name)[gone] for name in ("return_code", "return_day", "returned")},
        last=end - 1,
    )


def sampled(history: History, most: int = MOST_CUSTOMERS) -> History:
    """The history of at most so many customers."""
    if len(history.customers) <= most:
        return history
    chosen = np.zeros(len(history.customers), bool)
    chosen[np.random.default_rng(0).permutation(len(history.customers))[:most]] = True
    place = np.cumsum(chosen) - 1
    rows, back = chosen[history.code], chosen[history.return_code]
    return replace(
        history,
        customers=history.customers[chosen],
        code=place[history.code[rows]],
        return_code=place[history.return_code[back]],
        **{name: getattr(history, name)[rows] for name in ("day", "revenue", "units", "products")},
        **{name: getattr(history, name)[back] for name in ("return_day", "returned")},
    )


def end_day(end: int) -> pd.Timestamp:
    """The midnight with which a day (since 1970) begins."""
    return pd.Timestamp(end, unit="D")


def packed(model: Propensity) -> dict[str, bytes]:
    """The model as files: JSON and XGBoost's own."""
    told = {
        "format": FORMAT, "end": model.end, "horizons": sorted(model.chances), "basket": model.basket.packed(),
        "carry": model.carry.packed(), "value_days": model.value_days, "typical": dict(model.typical),
        "checked": dict(model.checked), "mix": asdict(model.mix), "trees": model.trees,
    }  # fmt: skip
    files = {"propensity.json": json.dumps(told).encode(), **lifetime.packed(model.lifetime)}
    for days, classifier in model.chances.items():
        files |= blend.packed(classifier, f"chance-{days}")
    return files


def unpacked(files: Mapping[str, bytes]) -> Propensity:
    """What `packed` wrote. Raises ValueError where the files are something else."""
    try:
        told: dict[str, Any] = json.loads(files["propensity.json"])
        return Propensity(
            end=int(told["end"]),
            chances={int(days): blend.unpacked(dict(files), f"chance-{days}") for days in told["horizons"]},
            basket=basket.Basket.unpacked(told["basket"]),
            lifetime=lifetime.unpacked(dict(files)),
            carry=BgNbd(**{name: float(number) for name, number in told["carry"].items()}),
            value_days=int(told["value_days"]),
            typical={name: float(told["typical"][name]) for name in FEATURES},
            checked=dict(told["checked"]),
            mix=Mix(**{name: float(number) for name, number in told["mix"].items()}),
            trees=bool(told["trees"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a propensity model: {error!r}") from error
