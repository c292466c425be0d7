"""What looks like a service, and what only sounds like one."""

import pytest

from ml_insights.commerce.suspicion import suspicion


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
