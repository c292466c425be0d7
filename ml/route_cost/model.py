"""The estimate of a route's cost, its interval and its reasons."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ml.route_cost import features, intervals, members
from ml.route_cost.baselines import by_rule, rule_column, rule_rate
from ml.route_cost.columns import number, sizes, text, usable
from ml.route_cost.intervals import Intervals
from ml.route_cost.types import (
    LEAST_ROWS,
    NAMED_NUMBERS,
    TARGET,
    TIME,
    TREND,
    Columns,
    Explanation,
    NoUsableDeliveries,
    Reason,
)

SHARES = (0.4, 0.6, 0.8, 1.0)
"""Where the training is cut for the errors that intervals are calibrated on: learnt before each cut, measured up to
the next, so that all but the first two fifths were told by a model that had not seen them."""
FORMAT = 1
MOST_REASONS = 8


@dataclass(frozen=True)
class Rule:
    """Cost per kilometre or per kilogram, whichever `column` names."""

    column: str
    rate: float
    otherwise: float

    def estimate(self, frame: pd.DataFrame) -> np.ndarray:
        """(rows,) what the rule of thumb says."""
        return by_rule(frame, self.column, self.rate, self.otherwise)


@dataclass(frozen=True)
class RouteModel:
    """A fitted model. `usual`: the typical value of each column; `ranges`: of each number, what was seen.

    blind: (training rows,) the log cost of each by a model of earlier ones alone, NaN for the first two fifths; known
    after the fit, and not stored.
    """

    encoding: features.Encoding
    members: members.Members
    intervals: Intervals
    rule: Rule
    usual: dict[str, float | str]
    ranges: dict[str, tuple[float, float]]
    rows: int
    blind: np.ndarray | None = None

    @property
    def columns(self) -> Columns:
        """What it looks at."""
        return self.encoding.columns

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """expected (a median, in money), lo_80, hi_80, lo_95, hi_95 and baseline (the rule of thumb), row by row.

        frame: the columns that it was fitted on, without the cost; missing ones are unknown.
        """
        asked = cleaned(frame)
        return self.around(asked, members.predict(self.members, self.encoding, asked).mean(axis=1)).set_index(
            frame.index
        )

    def backtest(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`predict` of the training rows by models that had not seen them, where there is one; after a fit alone."""
        known = np.isfinite(self.blind) if self.blind is not None else np.zeros(len(frame), dtype=bool)
        rows = frame[known]
        logs = self.blind[known] if self.blind is not None else np.zeros(0)
        return self.around(cleaned(rows), logs).set_index(rows.index)

    def around(self, asked: pd.DataFrame, logs: np.ndarray) -> pd.DataFrame:
        """Estimate, intervals and rule of thumb of `cleaned` rows whose log cost (rows,) is known."""
        told = pd.DataFrame({"expected": np.exp(logs)})
        for level, (low, high) in self.intervals.around(logs, self.encoding.whole(asked)).items():
            told[f"lo_{level}"], told[f"hi_{level}"] = np.exp(low), np.exp(high)
        return told.assign(baseline=self.rule.estimate(asked))

    def explain(self, frame: pd.DataFrame) -> list[Explanation]:
        """Each row's estimate as the cost of a typical route and what each feature adds to it.

        Exact shares of the logarithm, put into money by their logarithmic mean, which keeps sum and sign (LMDI, Ang
        2005).
        """
        asked = cleaned(frame)
        shares = members.contributions(self.members, self.encoding, asked)
        return [self._explained(asked.iloc[[place]], shares.iloc[place]) for place in range(len(asked))]

    def _explained(self, row: pd.DataFrame, shares: pd.Series) -> Explanation:
        typical, expected = float(np.exp(shares[""])), float(np.exp(shares.sum()))
        gap = np.log(expected / typical)
        per_share = (expected - typical) / gap if abs(gap) > 1e-9 else expected
        found = [
            Reason(str(name), self._value(row, str(name)), self.usual.get(str(name)), float(share * per_share))
            for name, share in shares.items()
            if name
        ]
        return Explanation(typical, expected, tuple(sorted(found, key=lambda reason: -abs(reason.effect))))

    def _value(self, row: pd.DataFrame, name: str) -> float | str | None:
        if name in self.columns.texts:
            return str(text(row[name]).iloc[0]) or None if name in row else None
        if name in self.columns.numbers:
            value = float(number(row[name])[0]) if name in row else float("nan")
            return value if np.isfinite(value) else None
        if name == TREND:
            return str(row[TIME].iloc[0].date())
        told: dict[str, np.ndarray] = dict(zip(features.CALENDAR, features.calendar(row), strict=True))
        return float(told[name][0])

    def dump(self) -> dict[str, bytes]:
        """File name → content: XGBoost's own JSON, and one JSON for the rest."""
        line = self.members.line
        told = {
            "format": FORMAT,
            "encoding": features.as_json(self.encoding),
            "line": {"means": line.means.tolist(), "weights": line.weights.tolist(), "intercept": line.intercept},
            "usual_error": self.intervals.usual,
            "offsets": {str(level): list(pair) for level, pair in self.intervals.offsets.items()},
            "rule": self.rule.__dict__,
            "usual": self.usual,
            "ranges": {name: list(pair) for name, pair in self.ranges.items()},
            "rows": self.rows,
        }
        boosters = {**self.members.boosters, "spread": self.intervals.booster}
        files = {f"{name}.ubj": bytes(booster.save_raw("ubj")) for name, booster in boosters.items()}
        return files | {"route_cost.json": json.dumps(told, ensure_ascii=False).encode()}


def load(files: Mapping[str, bytes]) -> RouteModel:
    """The model that `dump` wrote. Raises ValueError for the files of something else."""
    try:
        told = json.loads(files["route_cost.json"])
        boosters = {name: _booster(files[f"{name}.ubj"]) for name in (*members.NAMES, "spread")}
        line = told["line"]
        return RouteModel(
            features.from_json(told["encoding"]),
            members.Members(
                members.Line(np.array(line["means"]), np.array(line["weights"]), line["intercept"]),
                {name: boosters[name] for name in members.NAMES},
            ),
            Intervals(
                boosters["spread"],
                told["usual_error"],
                {int(level): (pair[0], pair[1]) for level, pair in told["offsets"].items()},
            ),
            Rule(**told["rule"]),
            told["usual"],
            {name: (pair[0], pair[1]) for name, pair in told["ranges"].items()},
            told["rows"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"these are not the files of a model of route costs: {error!r}") from error


def _booster(content: bytes) -> Any:
    import xgboost

    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(content))
    return booster


def fit(frame: pd.DataFrame, columns: Columns | None = None, seed: int = 0) -> RouteModel:
    """A model of `prepared` deliveries. Raises NoUsableDeliveries where there are too few."""
    if len(frame) < LEAST_ROWS:
        raise NoUsableDeliveries(len(frame))
    columns = columns or usable(frame)
    encoding = features.learn(frame, columns)
    column = rule_column(frame)
    logs, block = _told_blind(frame, columns, seed)
    blind, errors = block >= 0, np.log(frame[TARGET].to_numpy(float)) - logs
    whole = encoding.whole(frame)
    return RouteModel(
        encoding,
        members.fit(frame, encoding, seed),
        intervals.calibrate(logs[blind], errors[blind], whole[blind], block[blind], seed),
        Rule(column, rule_rate(frame, column), float(frame[TARGET].median())),
        _usual(frame, columns),
        {name: _range(frame, name) for name in columns.numbers},
        len(frame),
        logs,
    )


def _told_blind(frame: pd.DataFrame, columns: Columns, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows,) log cost of each delivery by a model of earlier ones alone, NaN for the first; and which block it is."""
    logs, block = np.full(len(frame), np.nan), np.full(len(frame), -1)
    cuts = [int(len(frame) * share) for share in SHARES]
    for place, (start, end) in enumerate(itertools.pairwise(cuts)):
        before, after = frame.iloc[:start].reset_index(drop=True), frame.iloc[start:end].reset_index(drop=True)
        encoding = features.learn(before, columns)
        logs[start:end] = members.predict(members.fit(before, encoding, seed), encoding, after).mean(axis=1)
        block[start:end] = place
    return logs, block


def cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows to estimate, with sizes that can be."""
    return frame.assign(**{name: sizes(frame[name]) for name in NAMED_NUMBERS if name in frame}).reset_index(drop=True)


def _usual(frame: pd.DataFrame, columns: Columns) -> dict[str, float | str]:
    numbers = {name: float(np.nanmedian(number(frame[name]))) for name in columns.numbers}
    return numbers | {name: str(text(frame[name]).mode().iloc[0]) for name in columns.texts}


def _range(frame: pd.DataFrame, name: str) -> tuple[float, float]:
    values = number(frame[name])
    return float(np.nanmin(values)), float(np.nanmax(values))
