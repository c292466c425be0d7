"""What is sold, what it costs on each day, and how wanted it is on each day."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.calendar import Calendar

INFLATION = 0.042
"""Yearly rise of the price list, revised every 1 January and 1 July. Wages rise as well, so demand does not react."""
FORTNIGHT, PROMOTED = 14, 9
"""Length of a promotion in days, and how many products each one holds."""
DISCOUNTS = (0.10, 0.15, 0.20, 0.25)
TRIED_PRODUCTS, TRIALS = 40, 3
"""How many products have had their price tried out lately, and how often each."""
TRIAL_STEPS, TRIAL_WEEKS = (0.06, 0.08, 0.10), (3, 7)
"""How far from the list a trial goes, as a share, and for how long; three of four go up."""
TRIAL_DAYS = (560, 84)
"""Trials lie within these days before the end: the list's price holds when it comes."""
PANTRY = 0.93
"""What is left of demand in the week after a promotion, while customers use up what they stored."""
STOCK_OUTS_A_YEAR = 0.7
"""Mean number of stock-outs of a product in a year; each lasts two to eight days."""
CATEGORY_NOISE, CATEGORY_PERSISTENCE = 0.03, 0.9
RAMP_DAYS = 60
"""A launched product takes this long to be known."""
MONTH_DAYS = 30.4
EPOCH = pd.Timestamp("2018-01-01")
"""A Monday; promotions start every fourteen days from it, wherever the window begins."""


@dataclass(frozen=True)
class Catalogue:
    """Products with what each day asks for them; matrices are days by products.

    `demand` is the mean number of lines of a product in an average order; `promoted` tells the discounted days.
    """

    products: pd.DataFrame
    prices: np.ndarray
    promoted: np.ndarray
    demand: np.ndarray
    sold_out: np.ndarray


@cache
def _file() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).parent / "products.csv")


def products() -> pd.DataFrame:
    """The product list with its frozen demand rules, one row per product.

    `popularity` is relative; `units` the mean quantity of a line; `elasticity` the per-cent change of demand per
    per-cent of price; `season`, `fiestas`, `christmas` and `easter` how demand answers the calendar; `launched` and
    `discontinued` are months before the end, empty for products that were always sold.
    """
    return _file().copy()


def make_catalogue(rng: np.random.Generator, calendar: Calendar, lines_per_order: float) -> Catalogue:
    """Prices, promotions, stock-outs and demand of every product on every day."""
    listed = products()
    on_sale = _on_sale(listed, len(calendar.days))
    regular = _price_list(rng, listed, calendar)
    discount = _promotions(rng, listed, on_sale, calendar.days)
    prices = rounded(regular * (1 - discount) * _trials(rng.spawn(1)[0], listed, calendar.days))
    sold_out = _stock_outs(rng, on_sale)
    popularity = listed["popularity"].to_numpy()
    demand = popularity * lines_per_order / popularity.sum() * on_sale * _calendar_effect(listed, calendar)
    demand = demand * (prices / regular) ** listed["elasticity"].to_numpy() * _after_promotion(discount)
    demand = demand * _category_noise(rng, listed, len(calendar.days)) * ~sold_out
    return Catalogue(listed, prices, discount > 0, demand, sold_out)


def _on_sale(listed: pd.DataFrame, size: int) -> np.ndarray:
    """From 0 before the launch to 1 once known; 0 again after the product is discontinued."""
    day = np.arange(size)[:, None]
    launch = size - listed["launched"].fillna(1e6).to_numpy() * MONTH_DAYS
    last = size - listed["discontinued"].fillna(0).to_numpy() * MONTH_DAYS
    known = np.where(listed["launched"].isna(), 1.0, np.clip((day - launch) / RAMP_DAYS, 0.15, 1.0))
    return np.where((day >= launch) & (day < last), known, 0.0)


def rounded(prices: np.ndarray) -> np.ndarray:
    """As price tags are: to ten pesos, above ten thousand to a hundred less ten."""
    return np.where(prices < 10_000, np.maximum(np.round(prices / 10), 1) * 10, np.round(prices / 100) * 100 - 10)


def _price_list(rng: np.random.Generator, listed: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """Regular price per day and product; today's list is the file's."""
    half_year = calendar.year * 2 + (calendar.month > 6)
    revision = half_year - half_year[0]
    rises = np.exp(rng.normal(INFLATION / 2, 0.01, (revision[-1], len(listed))))
    level = np.vstack([np.cumprod(rises[::-1], axis=0)[::-1], np.ones(len(listed))])
    return rounded(listed["price"].to_numpy() / level[revision])


def _promotions(
    rng: np.random.Generator, listed: pd.DataFrame, on_sale: np.ndarray, days: pd.DatetimeIndex
) -> np.ndarray:
    """Discount per day and product. Chosen at random, so that price and season are independent."""
    discount = np.zeros(on_sale.shape)
    fortnight = ((days - EPOCH) // pd.Timedelta(days=FORTNIGHT)).to_numpy()
    frequent = listed["popularity"].to_numpy() >= 1.5
    for number in range(fortnight[0], fortnight[-1] + 1):
        inside = np.flatnonzero(fortnight == number)
        eligible = np.flatnonzero(frequent & (on_sale[inside[0]] > 0))
        chosen = rng.choice(eligible, PROMOTED, replace=False)
        discount[np.ix_(inside, chosen)] = rng.choice(DISCOUNTS, PROMOTED)
    return discount


def _trials(rng: np.random.Generator, listed: pd.DataFrame, days: pd.DatetimeIndex) -> np.ndarray:
    """Factor on the price per day and product: prices that the company has tried for some weeks, and taken back."""
    factor = np.ones((len(days), len(listed)))
    eligible = np.flatnonzero(listed["popularity"].to_numpy() >= 1.5)
    mondays = np.flatnonzero(days.dayofweek.to_numpy() == 0)
    last_start = len(days) - TRIAL_DAYS[1] - 7 * TRIAL_WEEKS[1]
    mondays = mondays[(mondays >= len(days) - TRIAL_DAYS[0]) & (mondays <= last_start)]
    for product in rng.choice(eligible, min(TRIED_PRODUCTS, len(eligible)), replace=False):
        for part in np.array_split(mondays, TRIALS):
            start, weeks = int(rng.choice(part)), int(rng.integers(*TRIAL_WEEKS))
            step = float(rng.choice(TRIAL_STEPS)) * (1 if rng.random() < 0.75 else -1)
            factor[start : start + 7 * weeks, product] = 1 + step
    return factor


def _after_promotion(discount: np.ndarray) -> np.ndarray:
    """Less than one in the week after a discount ends."""
    recent = np.zeros(discount.shape, dtype=bool)
    for lag in range(1, 8):
        recent[lag:] |= discount[:-lag] > 0
    return np.where(recent & (discount == 0), PANTRY, 1.0)


def _stock_outs(rng: np.random.Generator, on_sale: np.ndarray) -> np.ndarray:
    size, count = on_sale.shape
    sold_out = np.zeros(on_sale.shape, dtype=bool)
    for product, times in enumerate(rng.poisson(STOCK_OUTS_A_YEAR * size / 365.25, count)):
        for start, length in zip(rng.integers(0, size, times), rng.integers(2, 9, times), strict=True):
            sold_out[start : start + length, product] = True
    return sold_out


def _calendar_effect(listed: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    def effect(nearness: np.ndarray, column: str) -> np.ndarray:
        return listed[column].to_numpy() ** nearness[:, None]

    season = np.exp(np.outer(calendar.season, listed["season"].to_numpy()))
    return (
        season
        * effect(calendar.fiestas, "fiestas")
        * effect(calendar.christmas, "christmas")
        * effect(calendar.easter, "easter")
    )


def _category_noise(rng: np.random.Generator, listed: pd.DataFrame, size: int) -> np.ndarray:
    """Slow AR(1) wander of each category's share, as fashions and competitors come and go."""
    codes, names = pd.factorize(listed["category"])
    shocks = rng.normal(0, CATEGORY_NOISE, (size, len(names)))
    level = np.zeros_like(shocks)
    for day in range(1, size):
        level[day] = CATEGORY_PERSISTENCE * level[day - 1] + shocks[day]
    return np.exp(level)[:, codes]
