"""Days on which nothing is ever sold: weekdays, public holidays and yearly closings, given or learnt."""

from __future__ import annotations

import numpy as np

from ml.demand.calendar import public_holidays
from ml.demand.frequency import DAILY, Frequency
from ml.demand.panel import Panel
from ml.demand.types import Calendar, Country

WINDOW = 364
FEWEST_WEEKS = 6
FEWEST_HOLIDAYS = 3
SHORTEST_RUN = 3
QUIET, QUIET_TIMES = 60, 2
REST, LATELY = 180, 56
"""Days without a sale that are a long rest, and days since its end in which little was seen of what came after."""
CHANCE = 0.001
"""A weekday without a sale is closed where so few shops that are open on it would show none."""
REGULAR_SHARE = 0.9


def closed_ahead(panel: Panel, horizon: int, country: Country) -> np.ndarray:
    """(series, horizon) whether a series will sell nothing on each coming day, judged by its past alone.

    A weekday counts that never sold in the last year while others did, too often to be chance; public holidays where
    none of at least three that fell on open days sold; days and weekdays that `country` names as closed; and, for
    series that sell on almost every open day, the anniversaries of days without a sale around a public holiday, or seen
    in each of two years; and every day of a series that has `stopped`. All false for series that are not daily.
    """
    return _marked(panel, np.arange(1, horizon + 1), country)


def closed_before(panel: Panel, country: Country) -> np.ndarray:
    """(series, time) whether the absence of sales on each past day is explained in the same ways."""
    offsets = np.arange(1 - panel.y.shape[1], 1)
    closed = _marked(panel, offsets, country)
    return (closed | _explained_runs(panel, offsets, country)) & (np.nan_to_num(panel.y) <= 0)


def closed_weekdays(panel: Panel) -> np.ndarray:
    """(series, 7) weekdays (0 = Monday) on which a series never sells; all false where it is not daily."""
    if not _daily(panel.frequency):
        return np.zeros((len(panel.ids), 7), dtype=bool)
    recent = panel.tail(WINDOW)
    weekdays = _weekdays(recent.stamps(np.arange(1 - recent.y.shape[1], 1)))
    known = np.isfinite(recent.y)
    sold = np.nan_to_num(recent.y) > 0
    seen = np.stack([(known & (weekdays == day)).sum(axis=1) for day in range(7)], axis=1)
    hits = np.stack([(sold & (weekdays == day)).sum(axis=1) for day in range(7)], axis=1)
    elsewhere = hits.sum(axis=1, keepdims=True) / np.maximum((seen * (hits > 0)).sum(axis=1, keepdims=True), 1)
    by_chance = (1 - np.minimum(elsewhere, 1 - 1e-9)) ** seen
    return (hits == 0) & (seen >= FEWEST_WEEKS) & (by_chance < CHANCE)


def stopped(panel: Panel) -> np.ndarray:
    """(series,) whether a daily series ended: no sale for two months and for much longer than ever before.

    One that sold in the coming two months of the year before is in its season's rest and has not ended.
    """
    if not _daily(panel.frequency):
        return np.zeros(len(panel.ids), dtype=bool)
    sold = np.nan_to_num(panel.y) > 0
    width = sold.shape[1]
    columns = np.arange(width)
    silent = np.where(sold.any(axis=1), width - 1 - (sold * columns).max(axis=1), 0)
    season = sold[:, max(width - WINDOW, 0) : max(width - WINDOW, 0) + QUIET].any(axis=1) & (width >= WINDOW)
    return (silent >= QUIET) & (silent > QUIET_TIMES * longest_gap(sold)) & ~season


def back_lately(panel: Panel) -> np.ndarray:
    """(series,) whether a daily series sells again since a few weeks, after a long rest."""
    if not _daily(panel.frequency):
        return np.zeros(len(panel.ids), dtype=bool)
    sold = np.nan_to_num(panel.tail(REST + LATELY).y) > 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), 0)
    return (first >= REST) & ((np.nan_to_num(panel.y) > 0).sum(axis=1) > sold.sum(axis=1))


def longest_gap(sold: np.ndarray) -> np.ndarray:
    """(series,) most steps between two sales that follow each other; 0 with fewer than two."""
    columns = np.broadcast_to(np.arange(sold.shape[1]), sold.shape)
    newest = np.maximum.accumulate(np.where(sold, columns, -1), axis=1)
    before = np.hstack([np.full((len(sold), 1), -1), newest[:, :-1]])
    gaps = np.where(sold & (before >= 0), columns - before, 0)
    return gaps.max(axis=1, initial=0)


def _marked(panel: Panel, offsets: np.ndarray, country: Country) -> np.ndarray:
    if not _daily(panel.frequency):
        return np.zeros((len(panel.ids), len(offsets)), dtype=bool)
    days = panel.stamps(offsets).astype("datetime64[D]")
    weekdays = closed_weekdays(panel)
    closed = np.take_along_axis(weekdays, _weekdays(days), axis=1)
    closed |= np.isin(days, _given(country)) | np.isin(_weekdays(days), _given_weekdays(country))
    past = _Past(panel, weekdays)
    closed |= (stopped(panel)[:, None] & (offsets > 0)) if offsets[-1] > 0 else False
    closed |= past.keeps_holidays(country)[:, None] & np.isin(days, _public(country, days))
    return closed | past.anniversaries(days, offsets, country)


class _Past:
    """What each series did on its open days."""

    def __init__(self, panel: Panel, weekdays: np.ndarray) -> None:
        self.panel = panel
        self.days = panel.stamps(np.arange(1 - panel.y.shape[1], 1)).astype("datetime64[D]")
        self.known = np.isfinite(panel.y)
        self.sold = np.nan_to_num(panel.y) > 0
        self.open = self.known & ~np.take_along_axis(weekdays, _weekdays(self.days), axis=1)

    def share_sold(self) -> np.ndarray:
        """(series,) share of open days of the last year with a sale."""
        recent = slice(-WINDOW, None)
        return (self.sold & self.open)[:, recent].sum(axis=1) / np.maximum(self.open[:, recent].sum(axis=1), 1)

    def keeps_holidays(self, country: Country) -> np.ndarray:
        """(series,) whether all public holidays on open days passed without a sale, and that is no chance."""
        on_holiday = self.open & np.isin(self.days, _public(country, self.days))
        seen = on_holiday.sum(axis=1)
        by_chance = (1 - np.minimum(self.share_sold(), 1 - 1e-9)) ** seen
        return (seen >= FEWEST_HOLIDAYS) & ~(on_holiday & self.sold).any(axis=1) & (by_chance < CHANCE)

    def anniversaries(self, days: np.ndarray, offsets: np.ndarray, country: Country) -> np.ndarray:
        """Whether the same date was in a closing of the last year that a holiday or the year before confirms."""
        runs = long_runs(self.sold, self.open, self.known)
        holiday = _touching(runs, np.isin(self.days, _public(country, self.days)))
        whole = long_runs(self.sold, self.open, self.known, trimmed=False)
        first, second = self._at(runs, days, 1), self._at(whole, days, 2)
        told = self._at(holiday, days, 1) | (first & second)
        contradicted = self._at(self.known, days, 2) & ~second
        return (self.share_sold() >= REGULAR_SHARE)[:, None] & first & told & ~contradicted

    def _at(self, marks: np.ndarray, days: np.ndarray, years: int) -> np.ndarray:
        """`marks` on the same date `years` earlier; false where that is outside of the history."""
        months = days.astype("datetime64[M]")
        earlier = (months - 12 * years).astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
        position = marks.shape[1] - 1 - (self.days[:, -1:] - earlier).astype(int)
        inside = (position >= 0) & (position < marks.shape[1])
        return np.take_along_axis(marks, np.clip(position, 0, marks.shape[1] - 1), axis=1) & inside


def _explained_runs(panel: Panel, offsets: np.ndarray, country: Country) -> np.ndarray:
    """Days of closings that a public holiday explains, of series that sell on almost every open day."""
    if not _daily(panel.frequency):
        return np.zeros((len(panel.ids), len(offsets)), dtype=bool)
    past = _Past(panel, closed_weekdays(panel))
    holidays = np.isin(past.days, _public(country, past.days))
    runs = _touching(long_runs(past.sold, past.open, past.known), holidays)
    return (runs | holidays) & (past.share_sold() >= REGULAR_SHARE)[:, None]


def long_runs(sold: np.ndarray, is_open: np.ndarray, known: np.ndarray, trimmed: bool = True) -> np.ndarray:
    """(series, time) days of runs without a sale that hold at least two open days and three in all.

    If `trimmed`, they begin and end with an open day: the closed weekday beside a closing says nothing about its date
    next year.
    """
    quiet = known & ~sold
    number = np.cumsum(~quiet, axis=1)
    rows = np.arange(len(sold))[:, None]
    width = number.max(initial=0) + 1
    length, opened = (
        np.bincount((rows * width + number)[chosen], minlength=len(sold) * width) for chosen in (quiet, quiet & is_open)
    )
    place = rows * width + number
    long = quiet & (length[place] >= SHORTEST_RUN) & (opened[place] >= 2)
    if not trimmed:
        return long
    columns = np.broadcast_to(np.arange(sold.shape[1]), sold.shape)
    first, last = np.full(len(sold) * width, sold.shape[1]), np.full(len(sold) * width, -1)
    np.minimum.at(first, place[long & is_open], columns[long & is_open])
    np.maximum.at(last, place[long & is_open], columns[long & is_open])
    return long & (columns >= first[place]) & (columns <= last[place])


def _touching(runs: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """The runs that hold at least one of `marks`."""
    number = np.cumsum(~runs, axis=1)
    width = number.max(initial=0) + 1
    place = np.arange(len(runs))[:, None] * width + number
    touched = np.bincount(place[runs & marks], minlength=len(runs) * width) > 0
    return runs & touched[place]


def _daily(frequency: Frequency) -> bool:
    return frequency == DAILY


def _weekdays(days: np.ndarray) -> np.ndarray:
    """0 = Monday; day 0 of the epoch was a Thursday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _given(country: Country) -> np.ndarray:
    closings = country.closings if isinstance(country, Calendar) else ()
    return np.array(closings, dtype="datetime64[D]")


def _given_weekdays(country: Country) -> np.ndarray:
    return np.array(country.weekdays if isinstance(country, Calendar) else (), dtype=np.int64)


def _public(country: Country, days: np.ndarray) -> np.ndarray:
    years = days.astype("datetime64[Y]").astype(int) + 1970
    code = country.country if isinstance(country, Calendar) else country
    return public_holidays(code, int(years.min()), int(years.max()))
