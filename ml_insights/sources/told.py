"""Values as they were read, written for a reader."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from ml.frames import Column, Kind
from ml_insights.core import formats
from ml_insights.core.company import company

DECIMALS = 6
MONEY = ("unit_price", "total", "unit_cost", "price", "cost")
"""Columns that hold amounts of money."""


def written(value: Any, column: Column, language: str) -> str:
    """`value` of a contract's column as readers of `language` write it, with all of its decimals; empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment(value, language)
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        return _amount(value, language) if column.name in MONEY else _number(value, language)
    return str(value)


def _moment(value: datetime, language: str) -> str:
    local = value.astimezone(company().zone)
    day = formats.day(local.date(), language)
    midnight = datetime.combine(local.date(), time(), company().zone).astimezone(UTC).astimezone(company().zone)
    return day if local == midnight else f"{day}, {local:%H:%M}"


def _number(value: float, language: str) -> str:
    return formats.number(value, language, DECIMALS)


def _amount(value: float, language: str) -> str:
    """With all the decimals that it has, some of which `formats.money` leaves out."""
    if value == round(value):
        return formats.money(value, language)
    whole = int(abs(value)) or 1
    rounded = formats.money(whole if value > 0 else -whole, language)
    before = rounded.partition(formats.number(whole, language))[0]
    return before + formats.number(abs(value), language, DECIMALS)
