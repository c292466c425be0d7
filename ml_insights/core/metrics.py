"""Figures for Prometheus: what a capability gives, and how all of them are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Metric:
    """One family of figures, e.g. `Metric("ai_model_accuracy", "MASE of the last 28 days.", "gauge", samples)`.

    `name` is in snake case, begins with `ai_` and ends with its unit; a counter's ends with `_total`. `samples` are
    (labels, value) pairs. A summary's samples are (labels, (count, sum)).
    """

    name: str
    help: str
    kind: Literal["gauge", "counter", "summary"]
    samples: Sequence[tuple[Mapping[str, str], float | tuple[int, float]]]
