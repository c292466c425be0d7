"""Times as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_insights.sources.dates import ORDERS, parse_dates
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


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "2024-02-30", "0001-01-01", "04/12/2024", "2024"])
def test_what_is_no_time_is_null_and_spoils_no_other(text: str):
    assert parsed(["2024-01-15", text]) == [utc(2024, 1, 15, 3), None]


@pytest.mark.parametrize(
    "text",
    ["2024-12-31", "2024/12/31", "2024.12.31", "20241231", "31/12/2024", "31/12/24", "31-12-2024 00:00", "12/31/2024",
     "31.12.2024 00:00:00", "12/31/2024 12:00 AM", "31/12/2024 12:00:00 a. m.", "31/12/2024 12:00 a.\u00a0m.", "45657",
     "45657.0", "31 Dec 2024", "31-dic-2024", "31-dic-24", "31 dic. 2024", "31 de diciembre de 2024", "Dec 31, 2024",
     "31 de diciembre del 2024", "December 31st, 2024", "2024-dic-31", "31DEC2024", "martes, 31 de diciembre de 2024",
     "mar. 31 dic. 2024", "Tue Dec 31 2024 00:00:00 GMT-0300 (hora de verano de Chile)", "2024-12-31T03:00:00Z",
     "Tue, 31 Dec 2024 03:00:00 GMT", "2024-12-31 00:00:00 -0300", "2024-12-31T00:00:00-03", "20241231T030000Z",
     "31 12 2024"],
)  # fmt: skip
def test_every_form_that_can_be_read_in_one_way_only(text: str):
    assert parsed([text, "2024-01-15"]) == [utc(2024, 12, 31, 3), utc(2024, 1, 15, 3)]


def test_september_in_both_languages():
    texts = ["5 sept 2026", "5 set. 2026", "5-sep-2026", "September 5, 2026", "5 setiembre 2026"]
    assert parsed(texts, zone="UTC") == [utc(2026, 9, 5)] * 5


@pytest.mark.parametrize(
    ("order", "day"), [("day-first", utc(2026, 10, 5)), ("month-first", utc(2026, 5, 10)), (None, None)]
)
def test_dates_of_three_numbers_are_read_in_the_order_given(order: str | None, day: datetime | None):
    texts = ["05/10/2026", "5/10/26", "5-10-2026", "05.10.2026"]
    assert parsed(texts, order, "UTC") == [day] * 4
    assert parsed(["05/10/2026", "05/10/2026"], order, "UTC") == [day] * 2


def test_the_year_can_come_first_in_two_digits():
    assert parsed(["26-10-05", "05/10/2026"], "year-first", "UTC") == [utc(2026, 10, 5), None]


@pytest.mark.parametrize("text", ["10/25/2026", "31/02/2026", "2026-02-30", "", "-", "?"])
def test_what_the_order_does_not_allow_is_null_beside_others(text: str):
    assert parsed(["05/10/2026", text, "2026-10-05"], "day-first", "UTC") == [utc(2026, 10, 5), None, utc(2026, 10, 5)]


def test_several_forms_in_one_column():
    texts = ["2026-10-05", "05/10/2026", "46300", "46300.75", "2026-10-05T23:30:00-03:00", "5-oct-2026"]
    assert parsed(texts, "day-first") == [
        utc(2026, 10, 5, 3), utc(2026, 10, 5, 3), utc(2026, 10, 5, 3), utc(2026, 10, 5, 21), utc(2026, 10, 6, 2, 30),
        utc(2026, 10, 5, 3),
    ]  # fmt: skip


def test_numbers_count_days_or_seconds_only_where_most_of_them_can():
    assert parsed(["46300", "46301"], zone="UTC") == [utc(2026, 10, 5), utc(2026, 10, 6)]
    assert parsed(["1791158400", "1791244800"]) == [utc(2026, 10, 5), utc(2026, 10, 6)]
    assert parsed(["1791158400000"]) == [utc(2026, 10, 5)]
    assert parsed(["12", "345", "46300", "7"]) == [None] * 4


@pytest.mark.parametrize("text", ["24/12/2026 24:00", "24/12/2026 10:60", "24/12/2026 13:00 PM", "24/12-2026", "2026"])
def test_times_and_dates_that_do_not_exist(text: str):
    assert parsed([text, "2024-01-15"]) == [None, utc(2024, 1, 15, 3)]


@pytest.mark.parametrize("text", ["31/02/2024", "00/01/2024", "01/13/2024", "1/1/24", "", "01/01/2024 10:00"])
def test_what_does_not_fit_the_format_is_null(text: str):
    assert parsed(["31/12/2024", text], "%d/%m/%Y") == [utc(2024, 12, 31, 3), None]


@pytest.mark.parametrize("date_format", ["%Q", "%d/%d/%Y", "%d/%"])
def test_a_format_that_is_none_is_told(date_format: str):
    with pytest.raises(BadDateFormat):
        parsed(["31/12/2024"], date_format)


@settings(deadline=None)
@given(st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)))
def test_every_iso_time_comes_back(moment: datetime):
    assert parsed([moment.isoformat()], zone="UTC") == [moment.replace(tzinfo=UTC)]


@settings(deadline=None)
@given(st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)))
def test_naive_times_move_by_an_hour_at_most(moment: datetime):
    (instant,) = parsed([moment.isoformat()])
    assert instant is not None
    local = instant.astimezone(ZoneInfo(SANTIAGO)).replace(tzinfo=None)
    assert timedelta(0) <= local - moment < timedelta(hours=1, minutes=1)


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=10), st.sampled_from([None, *ORDERS, "%d/%m/%Y"]))
def test_any_text_is_a_time_or_null(texts: list[str], date_format: str | None):
    assert len(parsed(texts, date_format)) == len(texts)


FORMS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%B %d, %Y", "%Y%m%d", "%d-%b-%y"]
CLOCKS = ["", " %H:%M", " %H:%M:%S", ", %I:%M %p", "T%H:%M:%S"]


WRITTEN = st.tuples(st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)), st.sampled_from(FORMS))


@settings(deadline=None)
@given(st.lists(WRITTEN, min_size=1), st.sampled_from(CLOCKS))
def test_a_date_in_any_form_comes_back_among_others(moments: list[tuple[datetime, str]], clock: str):
    texts = [moment.strftime(form + clock) for moment, form in moments]
    known = [datetime.strptime(moment.strftime("%Y%m%d" + clock), "%Y%m%d" + clock) for moment, _ in moments]
    assert parsed(texts, "day-first", "UTC") == [moment.replace(tzinfo=UTC) for moment in known]


def test_what_follows_the_hour_and_months_of_neighbours_are_read():
    texts = ["3 de enero de 2026 10:15 hs.", "3. Januar 2026 10:15", "3 de janeiro de 2026 10:15 h"]
    assert parsed(texts) == [utc(2026, 1, 3, 13, 15)] * 3
    assert parsed(["Jan-03-26", "Jan 3, 2026"]) == [utc(2026, 1, 3, 3)] * 2
