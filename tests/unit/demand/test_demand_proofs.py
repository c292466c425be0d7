"""The headline figures of demand prove themselves: their days add up to them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ml_insights.core.proof import Period
from ml_insights.demand.facts import DemandView, ForecastPoint, ReleaseFact, SeriesDetail, SeriesRef
from ml_insights.demand.policy import Ahead, period_totals
from ml_insights.demand.proofs import BEFORE, NEXT, YEAR_BEFORE, days_of, headline_proofs
from ml_insights.demand.tables import Level, Measure

START, UNTIL, COMPUTED = date(2024, 1, 1), date(2025, 6, 30), datetime(2025, 7, 1, 3, tzinfo=UTC)


def view(start: date = START, ahead: int = 40) -> DemandView:
    """A total with another value on every day until UNTIL, and `ahead` days of forecast."""
    history = tuple(float(n % 97) for n in range((UNTIL - start).days + 1))
    forecast = tuple(
        ForecastPoint(UNTIL + timedelta(days=n), n, 2.0 * n, None, None, None, None) for n in range(1, ahead + 1)
    )
    ref = SeriesRef("units/total", Measure.UNITS, Level.TOTAL, "total", "total", "")
    detail = SeriesDetail(ref, start, history, forecast, "theta", "", 30, 0.9, 0.8, 0.95, None, {})
    release = ReleaseFact(1, "company", "v1", "demand/3", COMPUTED, start, UNTIL, 90, 1, 1, 2.0)
    return DemandView(release, detail, (), (), ())


@pytest.mark.parametrize("days", [1, 30])
def test_the_days_of_a_figure_add_up_to_it(days: int) -> None:
    found = view()
    totals = period_totals(found.detail, Ahead(days))
    for figure, earlier in ((NEXT, 0.0), (BEFORE, totals.previous), (YEAR_BEFORE, totals.last_year)):
        past, ahead = days_of(found, Ahead(days), figure)
        assert sum(point.mean for point in ahead) == totals.expected
        assert sum(sold for _, sold in past) == earlier
        assert headline_proofs(found, Ahead(days), "America/Santiago")[figure].rows == len(past) + len(ahead)


def test_a_proof_names_periods_model_and_zone() -> None:
    proofs = headline_proofs(view(), Ahead(30), "America/Santiago")
    coming = Period(date(2025, 7, 1), date(2025, 7, 30))
    assert {figure: proof.period for figure, proof in proofs.items()} == dict.fromkeys(proofs, coming)
    assert proofs[NEXT].compared is None
    assert proofs[BEFORE].compared == Period(date(2025, 6, 1), UNTIL)
    assert proofs[YEAR_BEFORE].compared == Period(date(2024, 7, 2), date(2024, 7, 31))
    assert proofs[NEXT].shown() == {
        "rows": 30,
        "zone": "America/Santiago",
        "model": "demand/3",
        "until": "",
        "computed_at": COMPUTED.isoformat(),
        "period_first": "2025-07-01",
        "period_last": "2025-07-30",
        "compared_first": "",
        "compared_last": "",
        "learnt_first": "2024-01-01",
        "learnt_last": "2025-06-30",
    }


def test_a_figure_is_held_against_nothing_where_history_does_not_reach_back() -> None:
    proofs = headline_proofs(view(start=date(2025, 6, 20)), Ahead(30), "UTC")
    assert (proofs[BEFORE].compared, proofs[BEFORE].rows) == (None, 30)
    assert (proofs[YEAR_BEFORE].compared, proofs[YEAR_BEFORE].rows) == (None, 30)


def test_nothing_is_proven_where_nothing_is_forecast() -> None:
    assert headline_proofs(view(ahead=0), Ahead(30), "UTC") == {}
