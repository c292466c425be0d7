"""Texts, numbers, days, tables and pictures of a report as one reader has them, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from ml_insights.core.company import company
from ml_insights.core.formats import UNKNOWN, locale_of, moment, number
from ml_insights.core.i18n import gettext


@dataclass(frozen=True)
class Reader:
    """Who reads, by the language. `pictured`: whether charts are wanted, which a terminal cannot show."""

    language: str
    pictured: bool = True

    def t(self, message: str, **values: Any) -> str:
        """`message` in the reader's language."""
        return gettext(message, self.language, **values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with at most `digits` decimals; a dash where there is none."""
        return UNKNOWN if value is None else number(value, self.language, digits)

    def day(self, value: date | str | None) -> str:
        """A day, or that of a moment in the company's zone, in words; a dash where there is none. Texts are ISO."""
        if not value:
            return UNKNOWN
        found = _read(value) if isinstance(value, str) else value
        if isinstance(found, datetime) and found.tzinfo:
            found = found.astimezone(company().zone)
        return format_date(found, "long", locale=locale_of(self.language))

    def moment(self, value: datetime) -> str:
        """Day and time in the company's zone, which is named."""
        return moment(value, self.language)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A table whose `headings` are messages; its first column holds names, the others figures."""
        aligned = ["---", *("---:" for _ in headings[1:])]
        names = [self.t(heading) for heading in headings]
        lines = [names, aligned, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def image(self, title: str, data: str) -> str:
        """A picture with its title beneath."""
        return f"![{title}]({data})\n\n*{title}*"


def _read(value: str) -> date:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
