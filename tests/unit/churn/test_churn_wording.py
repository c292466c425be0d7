"""Reasons and next steps in words, in both languages."""

from datetime import UTC, datetime

import pytest

from ml.churn.types import ReasonCode
from ml_insights.churn import wording
from ml_insights.churn.facts import Horizon, ReleaseFact
from ml_insights.churn.tables import DismissReason, HorizonFrom
from ml_insights.core.i18n import catalog


def reason(code: str, value: float, effect: float) -> dict[str, object]:
    return {"code": code, "value": value, "typical": 10.0, "effect": effect}


@pytest.mark.parametrize("code", ReasonCode)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_is_a_sentence_with_what_it_is_compared_with(code: ReasonCode, language: str) -> None:
    (row,) = wording.reason_rows([reason(code.value, 3.4, 0.8)], language)
    assert "{" not in row["text"] and len(row["text"].split()) >= 3
    assert row["typical"].split(" ")[-1] and row["strength"] == 1.0
    assert wording.reason_text(reason(code.value, 3.4, 0.8), language) == f"{row['text']}; {row['typical']}"
    assert code.value in wording.NEXT_STEPS


def test_an_unknown_reason_stands_for_itself() -> None:
    assert wording.reason_text(reason("weather", 1, 1), "es") == "weather"


def test_only_what_speaks_for_leaving_is_told() -> None:
    reasons = [reason("tenure", 900, -2.0), reason("silence", 63, 1.0), reason("returns", 0.2, 0.5)]
    assert wording.main_reasons(reasons, "en")[0] == "63 days since the last order; usually 10"
    assert wording.main_reasons(reasons, "es", 1) == ["63 días desde el último pedido; lo habitual: 10"]
    assert [row["strength"] for row in wording.reason_rows(reasons, "en")] == [1.0, 0.5]


def test_alerts_of_before_still_read() -> None:
    assert wording.reason_text(reason("overdue", 3.2, 1.0), "en") == "Silent for 3.2 times their usual gap"


def test_every_dismissal_has_words() -> None:
    assert set(wording.DISMISSALS) == set(DismissReason)
    assert all(text in catalog("es") for text in wording.DISMISSALS.values())


def horizon_release(days: int, asked: Horizon | None) -> ReleaseFact:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    return ReleaseFact(1, "company", "d", "churn/1", at, at.date(), days, 3, 0.0, 1.0, (), asked)


@pytest.mark.parametrize(
    ("days", "asked", "chosen", "said"),
    [
        (90, Horizon(90, HorizonFrom.PURCHASES, 78), None, "came within 78 days"),
        (90, Horizon(90, HorizonFrom.SLOW, 170), None, "170 days, which is longer than these orders can judge"),
        (90, Horizon(90, HorizonFrom.DEFAULT), None, "the default"),
        (30, Horizon(30, HorizonFrom.SET, 78), 30, "set by hand"),
        (90, Horizon(90, HorizonFrom.PURCHASES, 78), 30, "From the next retraining on it is 30 days"),
        (90, Horizon(60, HorizonFrom.PURCHASES, 41), None, "From the next retraining on it is 60 days"),
        (30, Horizon(30, HorizonFrom.SET, 78), None, "follow the rhythm of purchases again"),
        (90, None, None, ""),
    ],
)
def test_it_says_why_so_many_days_or_from_when_on_others(
    days: int, asked: Horizon | None, chosen: int | None, said: str
) -> None:
    told = wording.horizon_text(horizon_release(days, asked), chosen, "en")
    assert said in told and bool(told) == bool(said) and "{" not in told


@pytest.mark.parametrize("origin", HorizonFrom)
def test_a_question_is_asked_in_each_language(origin: HorizonFrom) -> None:
    asked = wording.question(Horizon(60, origin, 41))
    assert asked.told("en").startswith("It foretells who will not buy within 60 days.")
    assert asked.told("es").startswith("Predice quién no comprará en 60 días.")
    assert "{" not in asked.told("en") + asked.told("es") and asked.told("en").count(".") == 2
