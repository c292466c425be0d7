"""What scores, naive methods, recipes, subjects and inputs are called, and how scores are written.

See docs/glossary.md.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from ml_insights.core.formats import UNKNOWN, number, percent
from ml_insights.core.i18n import LANGUAGES, N_, gettext, in_each

Form = Literal["number", "percent", "times"]


@dataclass(frozen=True)
class Measure:
    """`label` is its name; `best` which end is better, "" where neither is (a coverage should meet its band)."""

    label: str
    form: Form = "number"
    best: Literal["low", "high", ""] = "low"


MEASURES: dict[str, Measure] = {
    "mase": Measure(N_("MASE")),
    "wape": Measure(N_("WAPE"), "percent"),
    "smape": Measure(N_("sMAPE"), "percent"),
    "mae": Measure(N_("Mean absolute error")),
    "brier": Measure(N_("Brier score")),
    "ece": Measure(N_("Calibration error")),
    "roc_auc": Measure(N_("AUC"), best="high"),
    "roc_auc_least": Measure(N_("AUC, exceeded with 95 % certainty"), best="high"),
    "pr_auc": Measure(N_("Area under precision and recall"), best="high"),
    "lift_at_10": Measure(N_("Lift of the first tenth"), "times", "high"),
    "list_precision": Measure(N_("Precision of the list"), "percent", "high"),
    "silhouette": Measure(N_("Silhouette"), best="high"),
    "ari": Measure(N_("Stability of groups (ARI)"), best="high"),
    "coverage_80": Measure(N_("In 80 % band"), "percent", ""),
    "coverage_95": Measure(N_("In 95 % band"), "percent", ""),
}
BASELINES: dict[str, str] = {
    "seasonal_naive": N_("the same weekday a week before"),
    "last_quantity": N_("the quantity of the week before"),
    "rule_of_thumb": N_("the usual cost per kilometre"),
    "logistic_rfm": N_("logistic regression on recency, frequency and money"),
    "recency": N_("how often those came back who had been away as long"),
    "bg_nbd": N_("the BG/NBD model"),
    "base_rate": N_("the same chance for all"),
    "quintiles": N_("groups by fifths"),
}
RECIPES: dict[str, str] = {
    "standard": N_("standard"),
    "quick": N_("quick"),
    "classical": N_("of classical methods"),
    "seasonal-naive": N_("weekly naive"),
    "logarithms": N_("with logarithms"),
    "quintiles": N_("by fifths"),
    "regression": N_("by regression"),
    "logistic": N_("by logistic regression"),
    "named-columns": N_("with named columns"),
    "ridge": N_("by ridge regression"),
    "steady": N_("with a steady level"),
}
"""As in "the recipe …"."""
SUBJECTS: dict[str, str] = {"units/total": N_("All products, units")}
KIND = re.compile(r"^[\w-]+/(?:(?:product|customer|category)/)?")
"""What stands before the company's own name of a subject."""
FOUR_DIGITS, MOST_DECIMALS = 4, 8
HORIZON = re.compile(r"(?P<name>.+)_(?P<days>\d+)")


def measure(name: str) -> tuple[Measure, int | None]:
    """The measure and, where its name carries one, the horizon in days ("brier_30")."""
    if name in MEASURES:
        return MEASURES[name], None
    found = HORIZON.fullmatch(name)
    if found and found["name"] in MEASURES:
        return MEASURES[found["name"]], int(found["days"])
    return Measure(name.replace("_", " ").capitalize()), None


def label(name: str, language: str) -> str:
    """What people call the measure of that name."""
    known, days = measure(name)
    told = gettext(known.label, language)
    return told if days is None else gettext(N_("{measure}, {days} days"), language, measure=told, days=days)


def label_in_each(name: str) -> dict[str, str]:
    """What people call the measure of that name, in every language: a value for a message."""
    return {language: label(name, language) for language in LANGUAGES}


def figure(value: float | None, language: str) -> str:
    """A score with the four digits that count; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    leading = math.floor(math.log10(abs(value))) + 1 if value else 0
    return number(value, language, min(max(FOUR_DIGITS - leading, 0), MOST_DECIMALS))


def figure_in_each(value: float | None) -> dict[str, str]:
    """A score as people of every language write it: a value for a message."""
    return {language: figure(value, language) for language in LANGUAGES}


def written(name: str, value: float | None, language: str) -> str:
    """A value of the measure as people read it; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    form = measure(name)[0].form
    if form == "percent":
        return percent(value, language, 1)
    return number(value, language, 2) + "×" if form == "times" else figure(value, language)


def baseline(name: str, language: str) -> str:
    """What the naive method of that name says."""
    return gettext(_known(BASELINES, name), language)


def subject(name: str, language: str) -> str:
    """What a prediction is about, as the company names it."""
    return gettext(SUBJECTS[name], language) if name in SUBJECTS else KIND.sub("", name, count=1)


def model_input(name: str, language: str) -> str:
    """What people call an input; one that is a single value of a column ("Vehicle: Truck") ends in that value."""
    column, mark, value = name.partition(": ")
    return gettext(column, language) + mark + value


def recipe(name: str, language: str) -> str:
    """What people call the recipe of that name."""
    return gettext(_known(RECIPES, name), language)


def recipe_in_each(name: str) -> dict[str, str]:
    """What people call the recipe of that name, in every language: a value for a message."""
    return in_each(_known(RECIPES, name))


def _known(names: dict[str, str], name: str) -> str:
    """One of an older release, which is known no more, keeps its name."""
    return names.get(name, name.replace("_", " "))
