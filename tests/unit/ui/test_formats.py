"""Amounts, numbers and days: the same form in pages and in texts of the server, in every currency and language."""

import json
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.core.build import environment
from ml_insights.core.company import fixed
from ml_insights.core.company_facts import Company
from ml_insights.core.formats import for_browsers, moment, money, number
from ml_insights.core.migrations import ROOT

COMPANIES = [
    Company("CLP", "CL", "America/Santiago"),
    Company("USD", "US", "America/New_York"),
    Company("USD", "CL", "America/Santiago"),
    Company("GBP", "GB", "Europe/London"),
    Company("EUR", "ES", "Europe/Madrid"),
    Company("JPY", "JP", "Asia/Tokyo"),
    Company("CHF", "CH", "Europe/Zurich"),
    Company("PEN", "PE", "America/Lima"),
]
SCRIPT = f"""
globalThis.document = {{ documentElement: {{ dataset: {{}} }} }};
require({json.dumps(str(ROOT / "assets/js/formats.js"))});
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(asked.map(([company, name, ...values]) => Formats.of(company)[name](...values))));
"""


def in_browser(calls: list[list[Any]]) -> list[Any]:
    """What `Formats.of(company)[name](...values)` gives for each [company, name, *values]."""
    done = subprocess.run(
        ["node", "-e", SCRIPT], input=json.dumps(calls), capture_output=True, text=True, check=True, env=environment()
    )
    return json.loads(done.stdout)


def told(company: Company) -> str:
    with fixed(company):
        return for_browsers()


CLP, USD, _, GBP, EUR, JPY, *_ = COMPANIES


@pytest.mark.parametrize(
    ("company", "value", "english", "spanish"),
    [
        (CLP, 12_990, "$12,990", "$12.990"),
        (CLP, 0.4, "$0", "$0"),
        (CLP, 990.6, "$991", "$991"),
        (CLP, -1_500_000, "-$1,500,000", "$-1.500.000"),
        (GBP, 0.5, "£0.50", "£0,50"),
        (GBP, 129.99, "£129.99", "£129,99"),
        (GBP, 1_234.56, "£1,235", "£1.235"),
        (GBP, 0.004, "£0.004", "£0,004"),
        (GBP, 0, "£0", "£0"),
        (USD, 12, "$12.00", "$12,00"),
        (EUR, 999.995, "€1,000", "€1.000"),
        (JPY, 1_234_567, "¥1,234,567", "¥1.234.567"),
        (JPY, 0.5, "¥1", "¥1"),
        (COMPANIES[2], 12, "US$12.00", "US$12,00"),
        (COMPANIES[6], 12, "CHF\u00a012.00", "CHF\u00a012,00"),
    ],
)
def test_an_amount(company: Company, value: float, english: str, spanish: str) -> None:
    with fixed(company):
        assert (money(value, "en"), money(value, "es")) == (english, spanish)


@settings(deadline=None, max_examples=8)
@given(
    values=st.lists(st.floats(-1e12, 1e12) | st.floats(-1200, 1200).map(lambda x: round(x, 3)), min_size=1, max_size=60)
)
def test_pages_and_the_server_write_the_same(values: list[float]) -> None:
    asked, ours = [], []
    for company in COMPANIES:
        for language in ("en", "es"):
            with fixed(company):
                ours += [money(value, language) for value in values]
            asked += [[told(company), "money", language, value] for value in values]
    assert in_browser(asked) == ours


@pytest.mark.parametrize(
    ("company", "language", "values", "step", "wanted"),
    [
        (GBP, "en", [0, 0.5, 1], 0.5, ["£0", "£0.50", "£1.00"]),
        (GBP, "es", [0, 0.5, 1], 0.5, ["£0", "£0,50", "£1,00"]),
        (CLP, "en", [0, 500_000, 1_000_000], 500_000, ["$0", "$0.5M", "$1.0M"]),
        (CLP, "es", [0, 500_000, 1_000_000], 500_000, ["$0", "$0,5\u00a0mill.", "$1,0\u00a0mill."]),
        (CLP, "es", [-20_000, 0, 20_000], 20_000, ["$-20\u00a0mil", "$0", "$20\u00a0mil"]),
        (EUR, "en", [0, 2e9, 4e9], 2e9, ["€0", "€2B", "€4B"]),
        (JPY, "es", [0, 2e9], 2e9, ["¥0", "¥2\u00a0mil mill."]),
        (USD, "en", [0, 2_000, 4_000], 2_000, ["$0", "$2,000", "$4,000"]),
    ],
)
def test_ticks_of_an_axis(company: Company, language: str, values: list[float], step: float, wanted: list[str]) -> None:
    assert in_browser([[told(company), "ticks", language, values, step, "money"]]) == [wanted]


def test_no_tick_has_a_letter_of_physicists() -> None:
    ranges = [(value, value * 10**power) for value in (1, 2, 5) for power in range(-3, 13)]
    asked = [
        [told(company), "ticks", language, [0, step, 2 * step], step, kind]
        for _, step in ranges for company in COMPANIES for language in ("en", "es") for kind in ("money", "number")
    ]  # fmt: skip
    for texts in in_browser(asked):
        assert len(set(texts)) == 3, "ticks can be told apart"
        assert not any(text.rstrip("0123456789.,").endswith(("m", "µ", "G", "k")) for text in texts), texts


@pytest.mark.parametrize(
    ("language", "value", "wanted"),
    [
        ("en", 500, "£500.00"),
        ("en", 12_345, "£12.3K"),
        ("es", 12_345, "£12,3\u00a0mil"),
        ("en", -1_234_567, "-£1.23M"),
        ("es", 1_234_567, "£1,23\u00a0mill."),
        ("es", 12e9, "£12\u00a0mil mill."),
    ],
)
def test_amounts_in_short(language: str, value: float, wanted: str) -> None:
    assert in_browser([[told(GBP), "money", language, value, {"compact": True}]]) == [wanted]


NOW = datetime(2026, 1, 31, 15, 0, tzinfo=UTC)
"""Noon in Santiago."""


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ("2026-01-31T14:55:00Z", "5 minutes ago", "hace 5 minutos"),
        ("2026-01-31T10:00:00Z", "5 hours ago", "hace 5 horas"),
        ("2026-01-31T02:59:00Z", "yesterday", "ayer"),
        ("2026-01-30T03:00:00Z", "yesterday", "ayer"),
        ("2026-01-28T23:00:00Z", "3 days ago", "hace 3 días"),
        ("2026-02-01T03:00:00Z", "tomorrow", "mañana"),
        ("2026-01-31", "today", "hoy"),
        ("2026-01-30", "yesterday", "ayer"),
        ("2026-01-01", "4 weeks ago", "hace 4 semanas"),
    ],
)
def test_days_are_those_of_the_companys_calendar(value: str, english: str, spanish: str) -> None:
    at = NOW.timestamp() * 1000
    asked = [[told(CLP), "ago", language, value, at] for language in ("en", "es")]
    assert in_browser(asked) == [english, spanish]


def test_the_server_names_the_zone_of_a_moment() -> None:
    with fixed(GBP):
        assert moment(NOW, "en") == "Jan 31, 2026, 15:00 (Europe/London)"
        assert number(1234567.891, "es", 1) == "1.234.567,9"
