"""What a figure of a page is made from, so that it can prove itself to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def earlier(self, days: int) -> Period:
        """As long a period, that many days earlier."""
        return Period(self.first - timedelta(days=days), self.last - timedelta(days=days))


@dataclass(frozen=True)
class Proof:
    """The facts behind one figure.

    `rows` is how many rows of its kind it is made of (days, customers, products; its page says which), and `zone` the
    one whose days are meant. `compared` is the earlier period that it is held against; `model`, `learnt`,
    `until` and `computed_at` say which model version made it, from which days, or from all up to which, and when.
    """

    rows: int
    zone: str
    period: Period | None = None
    compared: Period | None = None
    learnt: Period | None = None
    until: date | None = None
    model: str = ""
    computed_at: datetime | None = None

    def shown(self) -> dict[str, Any]:
        """The plain dict that `ui.proof` takes; days and moments in ISO form, what there is none of is empty."""
        days = {name: getattr(self, name) for name in ("period", "compared", "learnt")}
        return {
            "rows": self.rows,
            "zone": self.zone,
            "model": self.model,
            "until": self.until.isoformat() if self.until else "",
            "computed_at": self.computed_at.isoformat() if self.computed_at else "",
            **{f"{name}_first": found.first.isoformat() if found else "" for name, found in days.items()},
            **{f"{name}_last": found.last.isoformat() if found else "" for name, found in days.items()},
        }
