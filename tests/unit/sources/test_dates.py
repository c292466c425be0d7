"""Times as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_insights.sources.dates import guess_formats, parse_dates
from ml_insights.sources.errors import BadDateFormat

SANTIAGO = "America/Santiago"


def parsed(texts: list[str], date_format: str | None = None, zone: str = SANTIAGO) -> list[datetime | None]:
    return parse_dates(pa.array(texts, pa.string()), date_format, zone).to_pylist()


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # pyright: ignore[reportArgumentType]


def test_naive_times_are_read_in_the_zone():
    assert parsed(["2024-01-15", "2024-01-15 10:30", "2024-07-15T10:30:00"]) == [
        utc(2024, 1, 15, 3),
        utc(2024, 1, 15, 13, 30),
        utc(2024, 7, 15, 14, 30),
    ]


def test_times_with_an_offset_keep_it():
    texts = ["2024-01-15T10:30:00Z", "2024-01-15 10:30:00+02:00", "2024-01-15 10:30:00.250000-0300", "2024-01-15"]
    assert parsed(texts) == [
        utc(2024, 1, 15, 10, 30),
        utc(2024, 1, 15, 8, 30),
        utc(2024, 1, 15, 13, 30, 0, 250_000),
        utc(2024, 1, 15, 3),
    ]


def test_an_hour_that_the_clocks_skip_moves_forward():
    assert parsed(["2024-09-08 00:30:00"]) == [utc(2024, 9, 8, 4)]


def test_an_hour_that_the_clocks_repeat_is_the_earlier_one():
    assert parsed(["2024-04-06 23:30:00"]) == [utc(2024, 4, 7, 2, 30)]


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "2024-02-30", "0001-01-01", "24/12/2024", "2024"])
def test_what_is_no_time_is_null_and_spoils_no_other(text: str):
    assert parsed(["2024-01-15", text]) == [utc(2024, 1, 15, 3), None]


@pytest.mark.parametrize(
    ("text", "date_format"),
    [
        ("31/12/2024", "%d/%m/%Y"),
        ("31/12/24", "%d/%m/%y"),
        ("12/31/2024", "%m/%d/%Y"),
        ("31-12-2024 00:00", "%d-%m-%Y %H:%M"),
        ("31.12.2024 00:00:00", "%d.%m.%Y %H:%M:%S"),
        ("2024/12/31", "%Y/%m/%d"),
        ("12/31/2024 12:00 AM", "%m/%d/%Y %I:%M %p"),
        ("31 Dec 2024", "%d %b %Y"),
        ("Dec 31, 2024", "%b %d, %Y"),
        ("20241231", "%Y%m%d"),
    ],
)
def test_a_known_shape_is_found_and_read(text: str, date_format: str):
    assert guess_formats([text]) == (date_format,)
    assert parsed([text], date_format) == [utc(2024, 12, 31, 3)]


@pytest.mark.parametrize("text", ["31/02/2024", "00/01/2024", "01/13/2024", "1/1/24", "", "01/01/2024 10:00"])
def test_what_does_not_fit_the_format_is_null(text: str):
    assert parsed(["31/12/2024", text], "%d/%m/%Y") == [utc(2024, 12, 31, 3), None]


@pytest.mark.parametrize("date_format", ["%Q", "%d/%d/%Y", "%d/%"])
def test_a_format_that_is_none_is_told(date_format: str):
    with pytest.raises(BadDateFormat):
        parsed(["31/12/2024"], date_format)


def test_day_or_month_first_is_not_guessed():
    assert guess_formats(["03/01/19", "05/06/19"]) == ("%d/%m/%y", "%m/%d/%y")


def test_one_day_beyond_the_twelfth_settles_it():
    assert guess_formats(["03/01/2019", "25/01/2019"]) == ("%d/%m/%Y",)
    assert guess_formats(["03/01/2019", "01/25/2019"]) == ("%m/%d/%Y",)


def test_iso_and_unknown_shapes():
    assert guess_formats(["2024-01-15 10:30", "2024-01-16T00:00:00Z"]) == (None,)
    assert guess_formats([]) == (None,)
    assert guess_formats(["a week ago"]) == ()


@given(st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)))
def test_every_iso_time_comes_back(moment: datetime):
    assert parsed([moment.isoformat()], zone="UTC") == [moment.replace(tzinfo=UTC)]


@given(st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)))
def test_naive_times_move_by_an_hour_at_most(moment: datetime):
    (instant,) = parsed([moment.isoformat()])
    assert instant is not None
    local = instant.astimezone(ZoneInfo(SANTIAGO)).replace(tzinfo=None)
    assert timedelta(0) <= local - moment < timedelta(hours=1, minutes=1)


@given(st.lists(st.text(max_size=20), max_size=10), st.sampled_from([None, "%d/%m/%Y", "%Y%m%d"]))
def test_any_text_is_a_time_or_null(texts: list[str], date_format: str | None):
    assert len(parsed(texts, date_format)) == len(texts)
    guess_formats(texts)
