"""Amounts and dates as readers of a language write them, for texts that the server writes. Pages format their own."""

from __future__ import annotations

from datetime import date

from ml_insights.core.company import company
from ml_insights.core.i18n import LOCALES

WHOLE_FROM = 100
"""Amounts from here on are told without decimals."""


def locale_of(language: str) -> str:
    """Babel's name of a language's locale."""
    return LOCALES[language].replace("-", "_")


def money(value: float, language: str) -> str:
    """An amount in the installation's currency, with the sign that the country uses for it, as pages show it."""
    from babel.numbers import format_currency, get_currency_symbol

    currency, whole = company().currency, abs(value) >= WHOLE_FROM
    shown = round(value) if whole else value
    written = format_currency(shown, currency, locale=locale_of(language), decimal_quantization=not whole)
    usual = get_currency_symbol(currency, locale_of(language))
    return written.replace(usual, _sign_at_home(currency)) if len(usual) == len(currency) else written


def _sign_at_home(currency: str) -> str:
    """What the currency is written as where it is at home; its code where that is not known."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_currency_symbol

    try:
        home = Locale.parse(f"es_{company().country}")
    except (UnknownLocaleError, ValueError):
        return currency
    return get_currency_symbol(currency, home)


def day(value: date, language: str) -> str:
    """A date in words."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMd", value, locale=locale_of(language))
