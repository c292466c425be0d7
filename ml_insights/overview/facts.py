"""What the overview tells a new company."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FirstSteps:
    """What a new company has done already. Nothing is noted for it: each is true as soon as it is."""

    company: bool
    data: bool
    results: bool
    people: bool
    backup: bool

    @property
    def all_done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.company and self.data and self.results and self.people and self.backup
