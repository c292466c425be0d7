"""Decisions in the reader's language, with days and figures in the reader's form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ml_insights.core.i18n import LOCALES, gettext
from ml_insights.sources.facts import Day, Figure, Total


def in_words(message: str, language: str, values: Mapping[str, Any]) -> str:
    """`message` in `language` with its values: days in words, figures without groups but with the reader's sign."""
    return gettext(message, language, **{name: shown(value, language) for name, value in values.items()})


def shown(value: Any, language: str) -> Any:
    """A day such as “5 October 2026”, a figure such as 12.99, anything else as it is."""
    locale = LOCALES[language].replace("-", "_")
    if isinstance(value, Day):
        from babel.dates import format_date

        pattern = "d MMMM y" if language == "en" else "d 'de' MMMM 'de' y"
        return format_date(date.fromisoformat(value), pattern, locale=locale)
    if isinstance(value, Total):
        from babel.numbers import format_decimal

        return format_decimal(float(value), "#,##0.######", locale=locale)
    if isinstance(value, Figure):
        from babel.numbers import format_decimal

        return format_decimal(float(value), "0.######", locale=locale)
    return value
