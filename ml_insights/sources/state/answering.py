"""Answers to decisions as a page shows them: pure, from the JSON of `documents.DecisionShown`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ml_insights.sources.facts import Answer

Shown = dict[str, Any]


def shown_as(decisions: Iterable[Shown], name: str) -> Shown:
    """The decision called `name`, which is shown."""
    return next(one for one in decisions if one["name"] == name)


def with_option(decision: Shown, option: str, meaning: str) -> Answer:
    """What one option means now; the others keep what holds for them."""
    held = {one["value"]: one["answer"] for one in decision["options"] if one["answer"] not in ("", "rate")}
    return {**held, option: meaning}


def with_rate(decision: Shown, option: str, rate: float | None) -> Answer | None:
    """What one unit of a currency is worth now; None where nothing was said (0), or nothing new."""
    held = {one["value"]: one["answer"] for one in decision["options"]}
    said = f"{rate or 0:.15g}"
    return with_option(decision, option, said) if rate and rate > 0 and said != held.get(option) else None


def taken(decision: Shown) -> Answer:
    """What is proposed, taken as it stands."""
    said = decision["answer"]
    return said if isinstance(said, str) else dict(said.items())
