"""What the ledger hears of demand: outcomes of sold, unsold and vanished series; orders that people mark."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pandas as pd
import pytest
from sqlalchemy import Engine, delete
from sqlmodel import Session, col

from ml_insights.commerce.tables import Dataset, OrderLine, Product
from ml_insights.core.access import Role
from ml_insights.core.database import transaction
from ml_insights.core.errors import InvalidInput, ProductError
from ml_insights.core.settings import settings
from ml_insights.demand.errors import OrderedMeanwhile
from ml_insights.demand.service import leaving, ordering
from ml_insights.demand.service.judging import matures_at
from ml_insights.demand.service.predictions import outcomes
from ml_insights.demand.state.ordering import OrderingState
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.ledger import queries, service
from ml_insights.ui.guard import Viewer, acting_as
from tests.at_once import at_once, told
from tests.integration.demand.conftest import DAYS, FIRST_DAY, compute
from tests.integration.demand.test_demand_api import opened
from tests.integration.demand.test_demand_page import Tab, run

COMPANY = Dataset.COMPANY


def due(*subjects: str, day: int = 8, days: int = 1) -> pd.DataFrame:
    """Predictions about days that begin with `day`, which is a Tuesday."""
    first = pd.Timestamp(FIRST_DAY.date()) + pd.Timedelta(days=day)
    rows = [(subject, one) for subject in subjects for one in pd.date_range(first, periods=days)]
    targets = matures_at(pd.DatetimeIndex([one for _, one in rows]), settings().zone)
    subject = [one for one, _ in rows]
    return pd.DataFrame({"prediction_id": range(len(rows)), "subject": subject, "target_at": targets})


def known(session: Session, asked: pd.DataFrame) -> dict[int, Any]:
    found = outcomes(session, COMPANY, asked)
    return dict(zip(found["prediction_id"].tolist(), found["actual"].tolist(), strict=True))


def test_each_level_and_measure_sums_up_its_day(shop: Engine, session: Session) -> None:
    asked = due("units/product/bread", "units/product/milk", "units/category/Bakery", "units/total", "revenue/total")
    assert known(session, asked) == {0: 5, 1: 3, 2: 5, 3: 8, 4: 5 * 10 + 3 * 2}


def test_a_day_without_a_sale_sold_nothing_and_returns_count(shop: Engine, session: Session) -> None:
    assert known(session, due("units/product/bread", day=6)) == {0: 0}
    assert known(session, due("units/product/bread", day=50)) == {0: 5 - 100}


def test_a_day_is_known_once_an_order_of_a_later_one_is(shop: Engine, session: Session) -> None:
    assert list(known(session, due("units/total", day=DAYS - 3, days=5))) == [0, 1]
    assert known(session, due("units/total", day=DAYS + 5)) == {}


def test_every_day_of_a_year_is_its_own(shop: Engine, session: Session) -> None:
    """Also the two in which clocks are changed."""
    found = known(session, due("units/product/milk", day=0, days=DAYS - 1))
    assert list(found.values()) == [3.0 + day % 2 for day in range(DAYS - 1)]


def test_series_that_are_gone_are_closed_with_a_reason(shop: Engine, session: Session) -> None:
    with transaction() as writing:
        writing.connection().execute(delete(OrderLine).where(col(OrderLine.product_id) == "milk"))
        writing.connection().execute(delete(Product).where(col(Product.product_id) == "milk"))
    asked = due("units/product/milk", "units/category/Dairy", "units/product/salt", "units/category/Bakery")
    found = outcomes(session, COMPANY, asked)
    assert found["actual"].isna().tolist() == [True, True, False, False]
    assert [reason and "no longer" in reason for reason in found["reason"]] == [True, True, None, None]


def test_without_orders_nothing_is_known(database: Engine, session: Session) -> None:
    assert outcomes(session, COMPANY, due("units/total")).empty


def test_a_release_is_written_into_the_ledger(shop: Engine, session: Session) -> None:
    compute()
    story = queries.story(session, COMPANY, "units/product/milk")
    assert story.total_predictions == 28
    first = story.predictions[0]
    assert first.reasons is not None and '"method": ' in first.reasons
    assert first.features_digest.startswith("company-")


def test_an_order_is_a_decision_on_the_newest_prediction(shop: Engine, session: Session) -> None:
    compute()
    compute(force=True)
    with transaction() as writing:
        ordering.mark_ordered(writing, COMPANY, "milk", 40, "ana@example.com", 7)
    story = queries.story(session, COMPANY, "units/product/milk")
    (decision,) = story.decisions
    assert (decision.model, decision.prediction_id) == ("demand/2", story.predictions[0].id)
    assert (decision.detail["quantity"], decision.detail["lead_time"]) == (40, 7)
    assert ordering.last_orders(session, COMPANY, ["milk", "bread"])["milk"].by == "ana@example.com"


def test_of_two_who_order_at_once_one_is_told_who_was_faster(shop: Engine, session: Session) -> None:
    compute()

    def order(by: str, quantity: float) -> int:
        with transaction() as acting:
            return ordering.mark_ordered(acting, COMPANY, "milk", quantity, by, seen=0)

    ends = at_once(shop, lambda: order("ana@example.com", 40), lambda: order("beto@example.com", 30))
    error = told(ends, OrderedMeanwhile)
    (decision,) = queries.story(session, COMPANY, "units/product/milk").decisions
    problem = error.problem("en")  # pyright: ignore[reportAttributeAccessIssue]
    assert (problem["status"], problem["changed_by"], problem["order"]) == (409, decision.by, decision.id)
    assert f"has ordered {decision.detail['quantity']:g} of “milk”" in problem["detail"]
    session.rollback()
    assert at_once(shop, lambda: order(decision.by, decision.detail["quantity"])) == [decision.id], "sent again"
    assert service.verify(session, COMPANY).breach is None


def test_a_day_is_left_out_and_taken_back_once(shop: Engine, session: Session) -> None:
    compute()
    day = (FIRST_DAY + timedelta(days=3)).date()

    def change(verb: Callable[..., None], by: str) -> None:
        with transaction() as acting:
            verb(acting, COMPANY, "product/milk", day, by)

    for place, verb in enumerate((leaving.leave_out, leaving.take_back), start=1):
        assert at_once(shop, lambda verb=verb: change(verb, "a"), lambda verb=verb: change(verb, "b")) == [None, None]
        assert len(queries.story(session, COMPANY, "units/product/milk").decisions) == place
        session.rollback()


async def test_who_orders_second_is_told_and_keeps_the_form(shop: Engine, session: Session) -> None:
    compute()
    with transaction() as writing:
        order = ordering.mark_ordered(writing, COMPANY, "milk", 25, "beto@example.com")
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.MANAGER, "es")):
        form = Tab().state(OrderingState)
        form.event_handlers["ask"].fn(form, "milk", "Milk", 10.0, 0)
        async for _event in form.event_handlers["confirm"].fn(form, {"quantity": "40"}):
            pass
        assert "beto@example.com ya pidió 25" in form.error
        assert (form.key, form.quantity, form.last_order) == ("milk", "40", order)
        async for _event in form.event_handlers["confirm"].fn(form, {"quantity": "40"}):
            pass
    assert form.key == "" and len(queries.story(session, COMPANY, "units/product/milk").decisions) == 2


@pytest.mark.parametrize("quantity", [0.0, -1.0, float("nan"), float("inf"), 1e12])
def test_an_order_of_nonsense_is_refused(shop: Engine, session: Session, quantity: float) -> None:
    compute()
    with pytest.raises(InvalidInput):
        ordering.mark_ordered(session, COMPANY, "milk", quantity, "ana@example.com")


def test_an_order_needs_a_forecast_of_the_product(shop: Engine, session: Session) -> None:
    with pytest.raises(ProductError, match="No forecast"):
        ordering.mark_ordered(session, COMPANY, "milk", 1, "ana@example.com")
    compute()
    with pytest.raises(ProductError, match="no series"):
        ordering.mark_ordered(session, COMPANY, "cheese", 1, "ana@example.com")


async def test_the_button_records_once_and_shows_who_ordered(shop: Engine, session: Session) -> None:
    compute()
    tab = Tab()
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.MANAGER, "en")):
        table, form = tab.state(ReorderState), tab.state(OrderingState)
        await run(table, "load")
        row = next(row for row in table.rows if row["key"] == "milk")
        assert table.can_order and row["ordered_by"] == ""
        form.event_handlers["ask"].fn(form, "milk", row["label"], row["quantity"], row["order"])
        assert form.quantity == f"{row['quantity']:.0f}"
        for _ in range(2):
            async for _event in form.event_handlers["confirm"].fn(form, {"quantity": "40"}):
                pass
        await run(table, "load")
    row = next(row for row in table.rows if row["key"] == "milk")
    assert (row["ordered_by"], row["ordered"]) == ("ana@example.com", 40)
    assert len(queries.story(session, COMPANY, "units/product/milk").decisions) == 1


async def test_a_wrong_quantity_is_told_and_can_be_mended(shop: Engine, session: Session) -> None:
    compute()
    tab = Tab()
    with acting_as(Viewer(1, "Ana", "ana@example.com", Role.MANAGER, "en")):
        form = tab.state(OrderingState)
        form.event_handlers["ask"].fn(form, "milk", "Milk", 10.0, 0)
        async for _event in form.event_handlers["confirm"].fn(form, {"quantity": "many"}):
            pass
        assert "quantity cannot be" in form.error and form.key == "milk"
        form.event_handlers["leave"].fn(form)
        assert (form.key, form.error) == ("", "")
    assert queries.story(session, COMPANY, "units/product/milk").decisions == ()


async def test_people_who_only_look_see_no_button(shop: Engine) -> None:
    compute()
    with acting_as(Viewer(1, "Sol", "sol@example.com", Role.SALES, "en")):
        table = Tab().state(ReorderState)
        await run(table, "load")
    assert not table.can_order


@pytest.mark.parametrize(("role", "status"), [(Role.SALES, 403), (Role.MANAGER, 403)])
async def test_the_api_needs_role_and_scope(shop: Engine, role: Role, status: int) -> None:
    async for client in opened(role):
        answer: httpx.Response = await client.post("/api/ml/demand/orders", json={"product": "milk", "quantity": 1})
        assert answer.status_code == status
