"""Figures for Prometheus: what a capability gives, and how all of them are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.core.capability import load

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family


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


def exposition(session: Session) -> bytes:
    """The figures of every capability in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(_Asked([_family(metric) for metric in _metrics(session)]))
    return generate_latest(registry)


def _metrics(session: Session) -> Iterator[Metric]:
    for capability in capabilities():
        for reference in capability.metrics:
            yield from load(reference)(session)


class _Asked:
    """A collector of figures that are there already."""

    def __init__(self, families: list["Family"]) -> None:
        self._families = families

    def collect(self) -> list["Family"]:
        """For prometheus_client."""
        return self._families


def _family(metric: Metric) -> "Family":
    from prometheus_client.core import Metric as Family

    family = Family(metric.name.removesuffix("_total"), metric.help, metric.kind)
    for labels, value in metric.samples:
        if isinstance(value, tuple):
            family.add_sample(f"{metric.name}_count", dict(labels), value[0])
            family.add_sample(f"{metric.name}_sum", dict(labels), value[1])
        else:
            family.add_sample(metric.name, dict(labels), value)
    return family
