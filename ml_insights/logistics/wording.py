"""Names of what an estimate is made from, and reasons in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal

from ml_insights.core.formats import locale_of, money
from ml_insights.core.i18n import N_, gettext
from ml_insights.logistics.facts import EstimateFact, ReasonFact

if TYPE_CHECKING:
    from ml.route_cost.places import OddPlace

NAMES = {
    "distance_km": N_("Distance, km"),
    "weight_kg": N_("Weight, kg"),
    "stops": N_("Stops"),
    "vehicle_type": N_("Vehicle"),
    "month": N_("Month of departure"),
    "weekday": N_("Weekday of departure"),
    "hour": N_("Hour of departure"),
    "years": N_("How costs have moved"),
    "zone": N_("Zone"),
    "tolls": N_("Toll gates"),
    "helper": N_("Helper"),
    "fuel_price": N_("Fuel price"),
}
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MORE, LESS = (
    N_("{field} is {value} (usually {usual}): {amount} more"),
    N_("{field} is {value} (usually {usual}): {amount} less"),
)
MORE_ALONE, LESS_ALONE = N_("{field} is {value}: {amount} more"), N_("{field} is {value}: {amount} less")
UNKNOWN = N_("not known")
REST = N_("Everything else")


ODD = {
    "missing": N_("Stop {stop} has no coordinates"),
    "zero": N_("Stop {stop} lies at 0, 0, where addresses go that were not found"),
    "outside": N_("Stop {stop} has coordinates that do not exist"),
    "exchanged": N_("Stop {stop} lies {km} km away: latitude and longitude seem to be exchanged"),
    "minus": N_("Stop {stop} lies {km} km away: a minus sign seems to be lost"),
    "point": N_("Stop {stop} has coordinates whose decimal point seems to be lost"),
    "far": N_("Stop {stop} lies {km} km away from the others. It is routed; check that it belongs to this route"),
}
MENDED = N_("{what}. Mended it would lie at {place}.")


def told_of(odd: OddPlace, language: str) -> str:
    """What is odd about a stop, counted from 0 (the start), and where it would lie if a slip were undone."""
    km = "" if odd.km is None else str(format_decimal(round(odd.km), locale=locale_of(language)))
    what = gettext(ODD[odd.code], language, stop=odd.place, km=km)
    if odd.mended is None:
        return what + "."
    return gettext(MENDED, language, what=what, place=f"{odd.mended[0]:.5f}, {odd.mended[1]:.5f}")


def name_of(feature: str, language: str) -> str:
    """A feature as people call it; the file's own header where the product has no name for it."""
    known = NAMES.get(feature)
    return gettext(known, language) if known else feature.replace("_", " ").capitalize()


def value_of(feature: str, value: Any, language: str) -> str:
    """A value as people write it."""
    if value is None or value == "":
        return gettext(UNKNOWN, language)
    if feature == "weekday":
        return gettext(WEEKDAYS[int(value) % 7], language)
    if feature == "hour":
        return f"{int(value):02d}:{round(value % 1 * 60):02d}"
    if feature == "month":
        from babel.dates import get_month_names

        return str(get_month_names("wide", context="stand-alone", locale=locale_of(language))[int(value)])
    return value if isinstance(value, str) else str(format_decimal(round(value, 1), locale=locale_of(language)))


def sentence(reason: ReasonFact, language: str) -> str:
    """One reason in words."""
    said = {
        "field": name_of(reason.feature, language),
        "value": value_of(reason.feature, reason.value, language),
        "amount": money(abs(reason.effect), language),
    }
    if reason.usual is None:
        return gettext(MORE_ALONE if reason.effect >= 0 else LESS_ALONE, language, **said)
    usual = value_of(reason.feature, reason.usual, language)
    return gettext(MORE if reason.effect >= 0 else LESS, language, **said, usual=usual)


def warnings_of(told: EstimateFact, language: str) -> list[str]:
    """What is unlike any delivery, in words."""
    from ml_insights.logistics.policy import WARNINGS

    return [gettext(WARNINGS[code], language, field=name_of(field, language)) for code, field in told.warnings]
