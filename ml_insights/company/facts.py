"""What is asked about the company."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effects:
    """What another set-up would mean for the rows that there are.

    `lines` are the order lines of the data that pages show, `moved` those whose day would be another one.
    """

    currency: bool
    zone: bool
    country: bool
    rows: bool
    lines: int = 0
    moved: int = 0

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return self.currency or self.zone or self.country

    @property
    def asks(self) -> bool:
        """Whether somebody has to see it first: what is stored would be read in another way."""
        return self.rows and (self.currency or self.zone)
