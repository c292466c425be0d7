"""A page's figure, what the rows make of it, and what an audit found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = float | int | str | None


@dataclass(frozen=True)
class Question:
    """A statement of `audit/sql`, with its values. It answers with a row, or with rows that `key` tells apart."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two questions the same, so that each is asked once."""
        return (self.name, *sorted((name, str(value)) for name, value in self.values.items()))


@dataclass(frozen=True)
class Shown:
    """A figure as a page shows it, and which cell of a question's answer it has to be.

    `rounded` is how many stored numbers, each rounded to a hundredth, the shown one adds up.
    """

    page: str
    figure: str
    value: Value
    question: Question
    column: str
    key: str = ""
    rounded: int = 0


@dataclass(frozen=True)
class Difference:
    """A figure on which the page and the rows disagree."""

    page: str
    figure: str
    shown: Value
    recomputed: Value
    sql: str


@dataclass(frozen=True)
class LeftOut:
    """A page whose figures cannot be checked at present, and why."""

    page: str
    why: str


@dataclass(frozen=True)
class Report:
    """What an audit found. `rows_of` names the data set that pages show; `compared` counts figures by page."""

    rows_of: str
    compared: Mapping[str, int]
    differences: tuple[Difference, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def figures(self) -> int:
        """How many figures were recomputed."""
        return sum(self.compared.values())
