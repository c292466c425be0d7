"""What can be chosen from, in words of a language, as options of a select."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from ml_insights.company import policy
from ml_insights.core import clock
from ml_insights.core.formats import locale_of

Option = dict[str, str]


@lru_cache
def countries(language: str) -> list[Option]:
    """Every country by its name."""
    from babel import Locale

    names = Locale.parse(locale_of(language)).territories
    return _sorted([{"value": code, "label": names.get(code, code)} for code in policy.countries()])


@lru_cache
def currencies(language: str) -> list[Option]:
    """Every currency by its code and name."""
    from babel.numbers import get_currency_name

    named = ((code, get_currency_name(code, locale=locale_of(language))) for code in policy.currencies())
    return _sorted([{"value": code, "label": f"{code} · {name}"} for code, name in named])


def zones(country: str, present: str) -> list[Option]:
    """The zones of a country first, then every other one; `present` is among them whatever it is."""
    own = policy.zones().get(country, ())
    others = sorted({zone for placed in policy.zones().values() for zone in placed} | {"UTC", present})
    return [{"value": zone, "label": _zone(zone)} for zone in dict.fromkeys([*own, *others])]


def _zone(zone: str) -> str:
    offset = clock.now().astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{zone.replace('_', ' ')} (UTC{offset[:3]}:{offset[3:5]})"


def _sorted(options: list[Option]) -> list[Option]:
    import unicodedata

    return sorted(options, key=lambda one: unicodedata.normalize("NFD", one["label"]))
