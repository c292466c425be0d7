"""Reasons and next steps in words, in both languages."""

import pytest

from ml.churn.types import ReasonCode
from ml_insights.churn import wording
from ml_insights.churn.tables import DismissReason
from ml_insights.core.i18n import catalog


def reason(code: str, value: float, effect: float) -> dict[str, object]:
    return {"code": code, "value": value, "typical": 10.0, "effect": effect}


@pytest.mark.parametrize("code", ReasonCode)
@pytest.mark.parametrize("effect", [0.8, -0.8])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_is_a_sentence(code: ReasonCode, effect: float, language: str) -> None:
    (row,) = wording.reason_rows([reason(code.value, 3.4, effect)], language)
    assert "{" not in row["text"] and len(row["text"].split()) >= 3
    assert (row["leaving"], row["strength"]) == (effect > 0, 1.0)
    assert code.value in wording.NEXT_STEPS


def test_an_unknown_reason_stands_for_itself() -> None:
    assert wording.reason_text(reason("weather", 1, 1), "es") == "weather"


def test_the_list_tells_what_speaks_for_leaving_only() -> None:
    reasons = [reason("tenure", 900, -2.0), reason("overdue", 3.2, 1.0), reason("returns", 0.2, 0.5)]
    assert wording.main_reasons(reasons, "en") == [
        "Silent for 3.2 times their usual gap",
        "Sent back 20% of what they bought",
    ]
    assert wording.main_reasons(reasons, "es", 1) == ["En silencio 3,2 veces su intervalo habitual"]


def test_every_dismissal_has_words() -> None:
    assert set(wording.DISMISSALS) == set(DismissReason)
    assert all(text in catalog("es") for text in wording.DISMISSALS.values())
