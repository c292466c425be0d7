"""Services are left out of what is said about products until somebody says otherwise, and stay in revenue."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ml_insights.commerce.queries import daily_totals, data_version
from ml_insights.commerce.queries.baskets import baskets_frame
from ml_insights.commerce.queries.services import service_list, services_of
from ml_insights.commerce.service import set_kind
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
