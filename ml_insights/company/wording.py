"""What a change of the company means, in plain words, before it counts."""

from __future__ import annotations

from collections.abc import Iterable

from ml_insights.company import policy
from ml_insights.company.facts import Effects
from ml_insights.core import clock
from ml_insights.core.company import fixed
from ml_insights.core.company_facts import Company
from ml_insights.core.formats import locale_of, moment, money, number
from ml_insights.core.i18n import N_, gettext

EXAMPLE = 12_990
RENAMED = N_(
    "Amounts are not converted: what is {before} now will be called {after}. Choose this only where the amounts of "
    "your files are in {currency} already."
)
MOVED = N_(
    "Of {lines} order lines {moved, plural, one {# falls} other {# fall}} on another day of the calendar in {zone}; no "
    "order changes its moment, but "
    "days that were imported without a time count from midnight in {before}."
)
UNMOVED = N_("No order falls on another day of the calendar in {zone}.")
ANEW = N_("Everything that is counted by day is computed anew, which takes some minutes.")


def consequences(effects: Effects, before: Company, wanted: Company, language: str) -> str:
    """The sentences that somebody reads before they confirm."""
    told = []
    if effects.currency:
        amounts = {"before": example(before, language), "after": example(wanted, language)}
        told.append(gettext(RENAMED, language, **amounts, currency=wanted.currency))
    if effects.zone:
        counted = {"moved": number(effects.moved, language), "lines": number(effects.lines, language)}
        sentence = MOVED if effects.moved else UNMOVED
        told.append(gettext(sentence, language, **counted, zone=wanted.timezone, before=before.timezone))
        told.append(gettext(ANEW, language))
    return " ".join(told)


def weekday_names(language: str) -> list[str]:
    """The days of the week from Monday on."""
    from babel.dates import get_day_names

    names = get_day_names("wide", locale=locale_of(language))
    return [str(names[day]) for day in range(policy.DAYS)]


def listed(weekdays: Iterable[int], language: str) -> str:
    """Days of the week as a list in words."""
    from babel.lists import format_list

    names = weekday_names(language)
    return format_list([names[day] for day in weekdays], locale=locale_of(language))


def example(company: Company, language: str) -> str:
    """How an amount is written there."""
    with fixed(company):
        return money(EXAMPLE, language)


def preview(company: Company, language: str) -> dict[str, str]:
    """How small and large amounts are written there, and what time it is."""
    with fixed(company):
        return {
            "small": money(0.5, language) if money(0.5, language) != money(1, language) else money(50, language),
            "large": money(EXAMPLE, language),
            "now": moment(clock.now(), language),
        }
