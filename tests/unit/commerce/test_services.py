"""What looks like a service, and what only sounds like one."""

import pytest

from ml_insights.commerce.suspicion import Sold, behaviour, suspicion


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("POST", "POSTAGE"),
        ("DOT", "DOTCOM POSTAGE"),
        ("M", "Manual"),
        ("D", "Discount"),
        ("S", "SAMPLES"),
        ("C2", "CARRIAGE"),
        ("BANK CHARGES", "Bank Charges"),
        ("AMAZONFEE", "AMAZON FEE"),
        ("CRUK", "CRUK Commission"),
        ("ADJUST", "Adjustment by john on 26/01/2010 17"),
        ("POST", None),
        ("77", "Flete Temuco"),
        ("78", "Envío a domicilio"),
        ("79", "Despacho Región Metropolitana"),
        ("80", "Comisión Transbank"),
        ("81", "Propina"),
        ("82", "Ajuste de caja"),
        ("Shipping", None),
        ("Envío express", None),
    ],
)
def test_services_are_suspected(code: str, name: str | None):
    assert suspicion(code, name)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("22423", "REGENCY CAKESTAND 3 TIER"),
        ("1", "Shipping box 30x30"),
        ("2", "Postage stamps, book of 10"),
        ("3", "Manual de cocina chilena"),
        ("4", "Caja de envío 20 cm"),
        ("5", "Tip jar"),
        ("6", "Sobres de despacho"),
        ("M", "Polera roja talla M"),
        ("S", None),
        ("M", None),
        ("7", "MANUAL JUICER"),
        ("8", "Tipsy cake"),
        ("9", ""),
    ],
)
def test_products_are_not(code: str, name: str | None):
    assert suspicion(code, name) is None


def sold(**changed: float) -> Sold:
    """In 400 of 1,000 orders, one unit each time, between 1,000 and 9,000."""
    usual = {"lines": 400, "single": 398, "free": 0, "orders": 1000, "price": 5000.0, "square": 5000.0**2 + 2500**2}
    return Sold(**{**usual, **changed})  # pyright: ignore[reportArgumentType]


def test_what_is_sold_like_postage_may_be_postage():
    assert behaviour(sold())


@pytest.mark.parametrize(
    "other",
    [
        {"lines": 40, "single": 40},
        {"lines": 15, "single": 15, "orders": 30},
        {"single": 300},
        {"square": 5000.0**2 + 400**2},
    ],
    ids=["in few orders", "too few to tell", "often several", "at nearly one price"],
)
def test_a_best_seller_is_no_service(other: dict[str, float]):
    assert behaviour(sold(**other)) is None


def test_what_never_costs_anything_is_asked_about():
    free = {"lines": 6, "single": 6, "price": 0.0, "square": 0.0}
    assert behaviour(sold(**free, free=6))
    assert behaviour(sold(**free, free=5)) is None
