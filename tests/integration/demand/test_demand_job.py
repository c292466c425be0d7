"""From order rows to a published release."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from ml_insights.commerce.tables import Dataset, OrderLine
from ml_insights.core import clock
from ml_insights.core.capability import Published
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings
from ml_insights.demand import policy, queries
from ml_insights.demand.service import publish as publishing
from ml_insights.demand.tables import DemandForecastRow, DemandSeries, ForecastRelease, Measure
from ml_insights.jobs.tables import JobStatus
from ml_insights.registry import queries as registry
from ml_insights.registry import service as models
from tests.integration.demand.conftest import DAYS, FIRST_DAY, add_lines, compute, line

LAST_DAY = (FIRST_DAY + timedelta(days=DAYS - 1)).date()


def release_of(session: Session) -> queries.ReleaseFact:
    release = queries.current_release(session, Dataset.COMPANY)
    assert release is not None
    return release


def test_orders_become_a_release(shop: Engine, session: Session) -> None:
    assert queries.published(session, Dataset.COMPANY) is None
    done = compute()
    assert (done.status, done.error) == (JobStatus.DONE, None)
    release = release_of(session)
    assert (release.history_start, release.data_until) == (FIRST_DAY.date(), LAST_DAY)
    assert (release.products_sold, release.products_modelled, release.horizon) == (3, 3, policy.FORECAST_DAYS)
    assert release.model_version == "demand/1"
    assert queries.published(session, Dataset.COMPANY) == Published(release.data_version, LAST_DAY)


def test_history_holds_what_was_sold_less_what_came_back(shop: Engine, session: Session) -> None:
    compute()
    detail = queries.series_detail(session, release_of(session).id, ["units/product/bread"])
    assert detail is not None
    assert len(detail.history) == DAYS
    assert detail.history[:7] == (4, 5, 6, 7, 8, 2, 0)
    assert detail.history[50] == 5 - 100
    total = queries.series_detail(session, release_of(session).id, ["revenue/total"])
    assert total is not None and total.history[0] == 4 * 10 + 3 * 2


def test_the_forecast_follows_the_data_and_its_bands_are_nested(shop: Engine, session: Session) -> None:
    compute()
    detail = queries.series_detail(session, release_of(session).id, ["units/product/milk"])
    assert detail is not None
    assert [point.step for point in detail.forecast] == list(range(1, policy.FORECAST_DAYS + 1))
    assert detail.forecast[0].ds == LAST_DAY + timedelta(days=1)
    assert all(2.0 < point.mean <= 5.0 for point in detail.forecast)
    for point in detail.forecast:
        assert point.lo_95 <= point.lo_80 <= point.mean <= point.hi_80 <= point.hi_95  # pyright: ignore


def test_what_cannot_be_forecast_says_why(shop: Engine, session: Session) -> None:
    compute()
    salt = queries.series_detail(session, release_of(session).id, ["units/product/salt"])
    assert salt is not None
    assert (salt.ref.refusal, salt.forecast, salt.history) == ("too_short", (), (1,))


def test_products_beyond_the_scope_are_listed_and_counted_in_the_total(
    shop: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "PRODUCTS_MODELLED", 1)
    monkeypatch.setattr(policy.products_in_scope, "__defaults__", (1,))
    compute()
    release = release_of(session)
    assert (release.products_sold, release.products_modelled) == (3, 1)
    milk = queries.series_detail(session, release.id, ["units/product/milk"])
    assert milk is not None and milk.ref.refusal == policy.BEYOND_SCOPE
    total = queries.series_detail(session, release.id, ["units/total"])
    assert total is not None and total.history[0] == 4 + 3


def test_unchanged_orders_are_not_computed_again_unless_asked(shop: Engine, session: Session) -> None:
    assert compute().result == {
        "release": 1,
        "computed": True,
        "series": 14,
        "refused": 4,
        "seconds": pytest.approx(0, abs=600),
    }
    assert compute().result == {"release": 1, "computed": False}
    forced = compute(force=True).result
    assert forced is not None and forced["computed"]
    add_lines([line("milk", DAYS, 3.0)])
    with transaction() as changed:
        changed.add(OrderLine(**line("milk", DAYS + 1, 3.0)))  # pyright: ignore[reportArgumentType]
    renewed = compute().result
    assert renewed is not None and renewed["computed"]


def test_only_two_releases_are_kept_and_the_newest_answers(shop: Engine, session: Session) -> None:
    for _ in range(3):
        compute(force=True)
    assert session.exec(select(func.count()).select_from(ForecastRelease)).one() == 2
    per_release = session.exec(select(DemandSeries.release_id, func.count()).group_by(DemandSeries.release_id)).all()  # pyright: ignore
    assert len(per_release) == 2
    champion = registry.champion(session, "demand", "company")
    assert champion is not None and release_of(session).model_version == f"demand/{champion.version}" == "demand/3"


def test_a_failed_publication_leaves_the_old_release(
    shop: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute()
    before = release_of(session)

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(publishing, "_panel_rows", fail)
    failed = compute(force=True)
    assert failed.status == JobStatus.FAILED and "the disk is full" in failed.error_in("en")
    session.expire_all()
    assert release_of(session) == before
    rows = session.exec(select(func.count()).select_from(DemandForecastRow)).one()
    assert rows == 10 * policy.FORECAST_DAYS
    champion = registry.champion(session, "demand", "company")
    assert champion is not None and champion.version == "1"


def test_the_stored_recipes_can_be_loaded_again(shop: Engine, session: Session) -> None:
    compute()
    loaded = models.load(session, "demand", "company")
    assert set(loaded.files) == {"sums.json", "products.json"}
    assert b"units/product/bread" in loaded.files["products.json"]
    assert loaded.manifest.training_window == (FIRST_DAY.date().isoformat(), LAST_DAY.isoformat())


def test_a_day_that_is_still_going_on_is_left_out(shop: Engine, session: Session) -> None:
    noon = datetime.combine(LAST_DAY, datetime.min.time(), settings().zone) + timedelta(hours=12)
    with clock.frozen(noon):
        compute()
    assert release_of(session).data_until == LAST_DAY - timedelta(days=1)


def test_without_orders_the_job_says_what_to_do(database: Engine, quick_engine: None) -> None:
    left_out = compute()
    assert left_out.status == JobStatus.SKIPPED
    assert "import your orders" in left_out.error_in("en")


def test_orders_too_few_to_forecast_change_nothing(database: Engine, quick_engine: None, session: Session) -> None:
    add_lines([line("salt", 0, 1.0)])
    left_out = compute()
    assert left_out.status == JobStatus.SKIPPED and "too short or empty" in left_out.error_in("en")
    assert queries.current_release(session, Dataset.COMPANY) is None


def test_series_are_found_by_words_of_name_and_key(shop: Engine, session: Session) -> None:
    compute()
    release = release_of(session)
    found, total = queries.search_series(session, release.id, Measure.UNITS, "BREAD brown")
    assert ([ref.key for ref in found], total) == (["bread"], 1)
    everything, total = queries.search_series(session, release.id, Measure.UNITS, limit=2, offset=0)
    assert ([ref.key for ref in everything], total) == (["total", "Bakery"], 7)
    assert queries.search_series(session, release.id, Measure.UNITS, "100%_")[1] == 0


def test_the_backtest_names_one_winner_per_series(shop: Engine, session: Session) -> None:
    compute()
    release = release_of(session)
    rows = queries.backtest(session, release.id, "units/product/milk")
    assert sum(row.wins for row in rows) == 1
    panel = {row.candidate: row for row in queries.panel_backtest(session, release.id)}
    assert panel["tournament"].series == 10
    assert sum(row.wins for row in panel.values()) == 10


def test_the_unusual_day_is_found(shop: Engine, session: Session) -> None:
    compute()
    found = queries.anomalies(session, release_of(session).id, "units/product/bread")
    assert date.fromisoformat("2025-02-25") == FIRST_DAY.date() + timedelta(days=50)
    assert [(point.ds, point.value) for point in found][:1] == [(date(2025, 2, 25), -95.0)]
