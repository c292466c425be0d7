"""Whose forecasts count: chosen by how well they would have foretold the latest periods that are known.

Three members know different things. The ridge knows levels that wander, seasons and products that learn from each
other; trees bend where lines do not; means know no more than each unit's recent level and its product's response, which
is hard to beat where sales follow promotions alone. None is needed everywhere, so the data at hand choose, and those
chosen count alike (simple means of good methods are hard to beat: Bates & Granger 1969; Smith & Wallis 2009).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from ml.pricing.panel import Panel

RIDGE, TREES, MEANS = "ridge", "trees", "means"
MEMORIES = (8, 26, 0)
"""Periods that a unit's level remembers; 0 is all of them."""
FEWEST = 30
"""Foretold rows below which nothing is chosen: the usual shares stand."""
WORTH = 0.03
"""By how much, as a share of the error, a choice has to be better than the usual one for each whole share it moves."""
RESPONSES = ("lp", "deal", "feat")
SPREAD = 0.5**2
"""Variance of a response among products, as in `design.ELSEWHERE`."""


@dataclass(frozen=True)
class Blend:
    """Share of each member, by name, adding up to 1, and how many periods the level of the means remembers."""

    shares: Mapping[str, float]
    memory: int = 0


@dataclass(frozen=True)
class Foretold:
    """Rows whose quantity the members did not know. told: log quantities of ridge and, where they answer, of trees;
    by_memory: those of the means."""

    rows: pd.DataFrame
    told: Mapping[str, np.ndarray]
    by_memory: Mapping[int, np.ndarray]

    def members(self, memory: int) -> dict[str, np.ndarray]:
        """Log quantities by member, where the level of the means remembers `memory` periods."""
        return {**self.told, MEANS: self.by_memory[memory]}


USUAL = Blend({RIDGE: 0.5, TREES: 0.5, MEANS: 0.0})
ALONE = Blend({RIDGE: 1.0, TREES: 0.0, MEANS: 0.0})


def means(before: pd.DataFrame, after: pd.DataFrame, panel: Panel, memory: int) -> np.ndarray:
    """(len(after),) log quantities: the level of each unit over its last `memory` periods, and what price, promotion
    and feature add by the response of its product."""
    slopes = _responses(before, len(panel.products))
    level = before["lq"].to_numpy() - _response(before, slopes)
    whole = pd.Series(level).groupby(before["unit"].to_numpy()).mean()
    recent = before["t"].to_numpy() >= before["t"].max() - memory + 1
    lately = pd.Series(level[recent]).groupby(before["unit"].to_numpy()[recent]).mean() if memory else whole
    known = lately.reindex(whole.index).fillna(whole)
    return after["unit"].map(known).to_numpy(float) + _response(after, slopes)


def _response(rows: pd.DataFrame, slopes: np.ndarray) -> np.ndarray:
    return (rows[list(RESPONSES)].to_numpy(float) * slopes[rows["product"]]).sum(axis=1)


def _responses(rows: pd.DataFrame, products: int) -> np.ndarray:
    """(products, responses) within-unit least squares, each product's pulled towards those of all."""
    columns = [*RESPONSES, "lq"]
    within = rows[columns] - rows.groupby("unit")[columns].transform("mean")
    x, y, code = within[list(RESPONSES)].to_numpy(float), within["lq"].to_numpy(float), rows["product"].to_numpy()
    size = x.shape[1]
    squares, crossed = np.zeros((products, size, size)), np.zeros((products, size))
    np.add.at(squares, code, x[:, :, None] * x[:, None, :])
    np.add.at(crossed, code, x * y[:, None])
    common = np.linalg.solve(squares.sum(axis=0) + 1e-6 * np.eye(size), crossed.sum(axis=0))
    pull = float(np.mean((y - x @ common) ** 2)) / SPREAD + 1e-9
    return np.linalg.solve(squares + pull * np.eye(size), (crossed + pull * common)[:, :, None])[:, :, 0]


def blended(told: Mapping[str, np.ndarray], blend: Blend) -> np.ndarray:
    """Log quantities of the members together; of those that have a share."""
    parts = [share * told[name] for name, share in blend.shares.items() if share]
    return np.sum(parts, axis=0)


def choose(windows: Sequence[Foretold]) -> Blend:
    """The shares and the memory that would have foretold the quantities of all `windows` with the least absolute error.

    Every window counts alike, so that no stretch of large sales decides alone.
    """
    usual = USUAL if TREES in windows[0].told else ALONE
    if sum(len(window.rows) for window in windows) < FEWEST:
        return usual
    usual_errors = [_error(window, usual) for window in windows]
    best, least = usual, 1.0
    for memory, shares in product(MEMORIES, _shares((*windows[0].told, MEANS))):
        blend = Blend(shares, memory)
        moved = sum(abs(share - usual.shares[name]) for name, share in shares.items()) / 2
        ratios = [_error(one, blend) / max(error, 1e-9) for one, error in zip(windows, usual_errors, strict=True)]
        score = float(np.mean(ratios)) + WORTH * moved
        if score < least:
            best, least = blend, score
    return best


def _shares(names: tuple[str, ...]) -> Iterator[dict[str, float]]:
    """Equal shares of every choice of members: finer ones fit the windows, and not what comes after them."""
    for count in range(1, len(names) + 1):
        for chosen in combinations(names, count):
            yield {name: 1 / count if name in chosen else 0.0 for name in names}


def _error(window: Foretold, blend: Blend) -> float:
    told = np.exp(blended(window.members(blend.memory), blend))
    return float(np.abs(told - window.rows["quantity"].to_numpy()).mean())
