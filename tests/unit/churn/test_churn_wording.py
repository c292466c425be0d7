"""Reasons and next steps in words, in both languages."""

import pytest

from ml.churn.types import ReasonCode
from ml_insights.churn import wording
from ml_insights.churn.tables import DismissReason
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
