"""How numbers and dates are decided from the rows of a whole file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ml_insights.sources import pipeline, values
from ml_insights.sources.checking import Checker
from ml_insights.sources.facts import Inspection
from ml_insights.sources.reading import read_chunks
from ml_insights.sources.values import decide_values

HEADER = "order_id;ordered_at;product_id;quantity;unit_price"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def decided(folder: Path, rows: list[str], currency: str = "USD", header: str = HEADER) -> Inspection:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    found = pipeline.inspect_file(path, "orders", limit_mb=10, zone="America/Santiago")
    return decide_values(path, path.name, found, currency, NOW)


def opened(inspection: Inspection) -> list[str]:
    return [one.name for one in inspection.decisions if one.open]


@pytest.fixture
def small_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look sees a few rows only."""
    monkeypatch.setattr(values, "FIRST_BYTES", 600)


@pytest.mark.usefixtures("small_look")
def test_the_last_row_can_settle_what_the_first_ones_leave_open(tmp_path: Path):
    rows = [f"{n};0{n % 9 + 1}/0{n % 8 + 1}/2026;P;2;{n % 90 + 10}.990" for n in range(500)]
    assert set(opened(decided(tmp_path, rows))) == {"decimal", "dates"}
    found = decided(tmp_path, [*rows, "500;25/03/2026;P;1;1.249.900"])
    assert opened(found) == []
    assert (found.reading.decimal, found.reading.date_format) == (",", "day-first")


@pytest.mark.usefixtures("small_look")
def test_a_later_row_can_contradict_the_first_days(tmp_path: Path):
    rows = [f"{n};25/0{n % 8 + 1}/2026;P;2;9.5" for n in range(200)]
    assert opened(decided(tmp_path, rows)) == []
    assert opened(decided(tmp_path, [*rows, "200;03/25/2026;P;1;9.5"])) == ["dates"]


def test_what_is_asked_shows_both_readings_and_their_revenue(tmp_path: Path):
    found = decided(tmp_path, ["1;2026-01-05;P;2;12.990", "2;2026-01-06;P;1;45.990"])
    (asked,) = found.decisions
    assert (asked.name, asked.open, asked.proposed) == ("decimal", True, ",")
    read = {option.value: (option.values["written"], option.values["read"], option.money) for option in asked.options}
    assert read == {".": ("12.990", "12.99", pytest.approx(71.97)), ",": ("12.990", "12990", 71_970)}


@pytest.mark.parametrize(
    ("price", "header", "currency"),
    [
        ("12.990", HEADER, "CLP"),
        ("$ 12.990", HEADER, "CLP"),
        ("CLP 12.990", HEADER, "USD"),
        ("12.990", HEADER.replace("unit_price", "Precio (CLP)"), "USD"),
    ],
)
def test_a_currency_without_decimals_decides_and_says_so(tmp_path: Path, price: str, header: str, currency: str):
    found = decided(tmp_path, [f"1;2026-01-05;P;2;{price}"], currency, header)
    columns = {**found.reading.columns, "unit_price": header.split(";")[-1]}
    changed = pipeline.with_columns(tmp_path / "orders.csv", "orders.csv", found, columns)
    found = decide_values(tmp_path / "orders.csv", "orders.csv", changed, currency, NOW)
    (told,) = found.decisions
    assert (told.name, told.open, told.proposed, told.values["currency"]) == ("decimal", False, ",", "CLP")


def test_the_currency_that_cells_name_goes_before_the_companys(tmp_path: Path):
    assert "decimal" in opened(decided(tmp_path, ["1;2026-01-05;P;2;US$ 12.990"], "CLP"))


def test_dates_that_would_lie_in_the_future_are_read_the_other_way(tmp_path: Path):
    rows = [f"{n % 3};0{n % 4 + 1}/12/2026;P;1;9.5" for n in range(4)]
    found = decided(tmp_path, rows)
    (told,) = found.decisions
    assert (told.open, found.reading.date_format) == (False, "month-first")


def test_other_dates_of_the_rows_tell_the_order(tmp_path: Path):
    rows = [f"{n % 3};0{n}/07/2026;P;1;9.5;2026-07-0{n}" for n in (3, 1, 5, 2)]
    found = decided(tmp_path, rows, header=HEADER + ";paid_at")
    assert (opened(found), found.reading.date_format) == ([], "day-first")


def test_rows_sorted_as_texts_prove_no_month_first(tmp_path: Path):
    texts = sorted(f"0{day}/0{month}/2026" for day in range(1, 10) for month in range(1, 10))
    found = decided(tmp_path, [f"A;{text};P;1;9.5" for text in texts])
    assert opened(found) == ["dates"]


def test_two_digit_years_can_stand_first(tmp_path: Path):
    found = decided(tmp_path, [f"A{n % 2};26-10-{n:02};P;1;9.5" for n in range(1, 13)])
    (told,) = found.decisions
    assert (told.open, found.reading.date_format) == (False, "year-first")


def test_columns_can_keep_a_sign_each(tmp_path: Path):
    found = decided(tmp_path, ["1;2026-01-05;P;1.5;12.990", "2;2026-01-06;P;2.25;45.990"], "CLP")
    (told,) = found.decisions
    assert (told.open, told.proposed, [option.value for option in told.options]) == (False, "each", [".", ",", "each"])
    assert told.examples[-1] == ("12.990", "12990") or told.examples[0] == ("12.990", "12990")
    checker = Checker(found.reading, found.shape.headers, NOW)
    (raw,) = read_chunks(tmp_path / "orders.csv", found.shape, "orders.csv")
    rows = checker.check(raw).valid
    assert (rows["quantity"].to_pylist(), rows["unit_price"].to_pylist()) == ([1.5, 2.25], [12_990, 45_990])
