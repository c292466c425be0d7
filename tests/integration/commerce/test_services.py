"""Services are left out of what is said about products until somebody says otherwise, and stay in revenue."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ml_insights.commerce.notices import services_waiting
from ml_insights.commerce.queries import daily_totals, data_version
from ml_insights.commerce.queries.baskets import baskets_frame
from ml_insights.commerce.queries.services import service_list, services_of, waiting
from ml_insights.commerce.service import mark_changed, set_kind
from ml_insights.commerce.tables import Dataset, OrderLine, Product, Sort

ZONE = ZoneInfo("UTC")
COMPANY = Dataset.COMPANY


def sell(session: Session) -> None:
    session.add(Product(dataset=COMPANY, product_id="77", name="Flete Temuco"))
    session.add(Product(dataset=COMPANY, product_id="P1", name="Té verde"))
    for place, (product, price) in enumerate((("P1", 10.0), ("POST", 5.0), ("77", 3.0), ("P2", 2.0))):
        moment = datetime(2024, 1, 1 + place, 12, tzinfo=UTC)
        session.add(
            OrderLine(
                dataset=COMPANY, order_id=f"A{place}", product_id=product, ordered_at=moment, quantity=1,
                unit_price=price, customer_id="C1",
            )
        )  # fmt: skip
    session.commit()


def bought(session: Session) -> set[str]:
    return set(baskets_frame(session, COMPANY, ZONE, date(2023, 1, 1))["product_id"])


def test_what_looks_like_a_service_is_left_out_until_somebody_decides(session: Session):
    sell(session)
    assert services_of(session, COMPANY) == {"POST", "77"}
    assert [(one.product_id, one.lines, one.revenue, one.decided) for one in service_list(session, COMPANY)] == [
        ("POST", 1, 5.0, ""),
        ("77", 1, 3.0, ""),
    ]
    assert bought(session) == {"P1", "P2"}
    assert daily_totals(session, COMPANY, ZONE)["revenue"].sum() == 20


def test_people_have_the_last_word(session: Session):
    sell(session)
    before = data_version(session, COMPANY)
    set_kind(session, COMPANY, "77", Sort.PRODUCT, "ana@x.cl")
    set_kind(session, COMPANY, "P2", Sort.SERVICE, "ana@x.cl")
    session.commit()
    assert services_of(session, COMPANY) == {"POST", "P2"}
    assert bought(session) == {"P1", "77"}
    assert data_version(session, COMPANY) != before
    decided = {one.product_id: one.decided for one in service_list(session, COMPANY)}
    assert decided == {"POST": "", "77": "product", "P2": "service"}


def sell_like_postage(session: Session) -> None:
    """Thirty orders of a product; "X9" comes along with each, once, at a price that changes."""
    for place in range(30):
        moment = datetime(2024, 1, 1 + place, 12, tzinfo=UTC)
        for product, quantity, price in (("P1", 3, 10.0), ("X9", 1, 1.0 + place)):
            session.add(
                OrderLine(
                    dataset=COMPANY, order_id=f"A{place}", product_id=product, ordered_at=moment, quantity=quantity,
                    unit_price=price, customer_id="C1",
                )
            )  # fmt: skip
    mark_changed(session, COMPANY)
    session.commit()


def test_what_only_is_sold_like_a_service_counts_as_a_product_until_somebody_says_so(session: Session):
    assert services_waiting(session) is None
    sell_like_postage(session)
    (suspect,) = service_list(session, COMPANY)
    assert (suspect.product_id, suspect.kind, suspect.share, suspect.decided) == ("X9", "product", 1.0, "")
    assert "X9" in bought(session)
    notice = services_waiting(session)
    assert notice is not None and notice.values == {"count": 1} and notice.route == "/services"
    set_kind(session, COMPANY, "X9", Sort.SERVICE, "ana@x.cl")
    session.commit()
    assert services_of(session, COMPANY) == {"X9"} and bought(session) == {"P1"}
    assert waiting(session, COMPANY) == 0 and services_waiting(session) is None


def test_anything_that_is_sold_can_be_found(session: Session):
    sell(session)
    assert [one.product_id for one in service_list(session, COMPANY, "VERDE")] == ["P1"]
    assert {one.product_id for one in service_list(session, COMPANY, "p")} == {"P1", "P2", "POST"}
    assert service_list(session, COMPANY, "nothing of the kind") == []
