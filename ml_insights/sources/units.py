"""Units that headers name: kilometres and kilograms are what is stored, whatever a file counts in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ml_insights.core.i18n import N_
from ml_insights.sources.facts import Remark
from ml_insights.sources.synonyms import spoken

_FACTORS: dict[str, dict[tuple[str, ...], float]] = {
    "distance_km": {
        ("m", "mt", "mts", "mtr", "metro", "metros", "meter", "meters", "metre", "metres"): 0.001,
        ("mi", "mile", "miles", "milla", "millas"): 1.609344,
    },
    "weight_kg": {
        ("g", "gr", "grs", "gramo", "gramos", "gram", "grams"): 0.001,
        ("t", "tn", "ton", "tons", "tonne", "tonnes", "tonelada", "toneladas"): 1000.0,
        ("lb", "lbs", "libra", "libras", "pound", "pounds"): 0.45359237,
        ("oz", "onza", "onzas", "ounce", "ounces"): 0.028349523125,
    },
}
"""Column of a contract → names of a unit → how much of the column's own unit it is."""
_KEPT = {"distance_km": "km", "weight_kg": "kg"}
CONVERTED = N_("“{header}” is in {unit}: its values are multiplied by {factor}, since {kept} are what is kept.")


def factor_of(column: str, header: str) -> tuple[str, float]:
    """The unit that `header` names, in brackets or as its last word, and what a value is multiplied by; "" and 1 where
    it names none, or the column's own."""
    known = {name: factor for names, factor in _FACTORS.get(column, {}).items() for name in names}
    words = spoken(header).split()
    for name in (*map(spoken, re.findall(r"[(\[{]([^)\]}]*)", header)), *words[-1:]):
        if name in known:
            return name, known[name]
    return "", 1.0


def remarks(columns: Mapping[str, str]) -> tuple[Remark, ...]:
    """What is converted among `columns`, column → header."""
    found = [(column, header, *factor_of(column, header)) for column, header in columns.items()]
    return tuple(
        Remark(CONVERTED, {"header": header, "unit": unit, "factor": f"{factor:g}", "kept": _KEPT[column]})
        for column, header, unit, factor in found
        if unit
    )
