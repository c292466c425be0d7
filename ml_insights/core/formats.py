"""Amounts, numbers and dates as readers of a language write them, for texts that the server writes.

Pages format their own by the same rules (`assets/js/formats.js`); a test compares the two.
"""

from __future__ import annotations

import json
import math
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ml_insights.core.company import company
from ml_insights.core.i18n import LOCALES

WHOLE_FROM = 1_000
"""Amounts from here on are told without decimals."""
TINY, FINER = Decimal("0.1"), 2
"""Below this an amount in a currency with decimals shows as many more, where it has them."""
NO_BREAK, UNKNOWN = "\u00a0", "–"
SIGN_FIRST = ("es",)
"""Languages in which the sign of the currency stands before the minus: $-5."""


def locale_of(language: str) -> str:
    """Babel's name of a language's locale."""
    return LOCALES[language].replace("-", "_")


def number(value: float, language: str, digits: int = 0) -> str:
    """A number with separators and at most `digits` decimals."""
    from babel.numbers import format_decimal

    return format_decimal(_rounded(value, digits), "#,##0" + _places(0, digits), locale_of(language))


def percent(share: float, language: str, digits: int = 0) -> str:
    """A share (0.25) as a percentage (25 %) with at most `digits` decimals."""
    from babel.numbers import format_percent

    return format_percent(_rounded(share, digits + 2), locale=locale_of(language), decimal_quantization=False)


def money(value: float, language: str, *, plus: bool = False) -> str:
    """An amount in the company's currency: small ones with its decimals, large ones without; `plus` writes + too."""
    from babel.numbers import format_decimal

    if not math.isfinite(value):
        return UNKNOWN
    least, most = digits_of(value)
    amount = _rounded(value, most)
    figure = format_decimal(abs(amount), "#,##0" + _places(least, most), locale_of(language))
    mark = "-" if amount < 0 else "+" if plus and amount > 0 else ""
    before = sign() + (NO_BREAK if unicodedata.category(sign()[-1])[0] != "S" else "")
    return before + mark + figure if language in SIGN_FIRST else mark + before + figure


def digits_of(value: float) -> tuple[int, int]:
    """Fewest and most decimals that an amount is told with: none from WHOLE_FROM on, and none for nothing at all."""
    usual = decimals_of(company().currency)
    size = abs(_rounded(value, usual + FINER))
    if not size or _rounded(value, usual).copy_abs() >= WHOLE_FROM:
        return 0, 0
    return usual, usual + FINER if usual and size < TINY else usual


def for_browsers() -> str:
    """What pages must know of the company to write as we do, as JSON."""
    told = company()
    known = {"currency": told.currency, "sign": sign(), "decimals": decimals_of(told.currency), "zone": told.timezone}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def decimals_of(currency: str) -> int:
    """Decimals that prices in a currency have: none in pesos of Chile or in yen, two in pounds."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


def sign() -> str:
    """What the company's currency is written as: the sign used in its country, else the one known everywhere."""
    return _sign(company().currency, company().country)


@lru_cache
def _sign(currency: str, country: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_currency_symbol

    try:
        at_home = get_currency_symbol(currency, Locale.parse(f"und_{country}"))
    except (UnknownLocaleError, ValueError):
        at_home = currency
    # Japan writes its sign as wide as a letter; we do not.
    return unicodedata.normalize("NFKC", at_home if at_home != currency else get_currency_symbol(currency, "en"))


def _places(least: int, most: int) -> str:
    return "." + "0" * least + "#" * (most - least) if most else ""


def _rounded(value: float, digits: int) -> Decimal:
    """Halves away from zero, as browsers round."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def day(value: date, language: str) -> str:
    """A date in words."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMd", value, locale=locale_of(language))


def moment(value: datetime, language: str) -> str:
    """A moment in the company's zone, which it names."""
    from babel.dates import format_skeleton

    local = value.astimezone(company().zone)
    written = format_skeleton("Hm", local, locale=locale_of(language))
    return f"{day(local.date(), language)}, {written} ({company().timezone})"
