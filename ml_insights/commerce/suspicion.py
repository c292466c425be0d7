"""Which entries of a company's trade are services (postage, fees, discounts) rather than products. Pure.

A name or a code that says so is nearly proof. How something is sold is only a hint: a best seller is in many orders
too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ml_insights.core.i18n import N_

CODES = {
    "post", "dot", "bank charges", "amazonfee", "cruk", "pads", "adjust", "adjust2", "shipping", "ship", "freight",
    "carriage", "postage", "delivery", "handling", "envio", "flete", "despacho", "franqueo", "propina", "comision",
    "descuento", "discount", "recargo", "ajuste", "tip",
}  # fmt: skip
"""Codes that shops give to what is no product, lower-case and without accents."""
LETTERS = frozenset({"m", "d", "s", "c2", "b"})
"""Codes so short that only a name can tell what they are."""
ENDS = r"(postage|carriage|shipping|freight|fees?|charges?|commission|surcharge|handling|delivery|gratuity|tip)"
BEGINS = (
    r"(postage|carriage|shipping|freight|discount|adjustment|adjust bad debt|bank charges?|handling|surcharge|"
    r"envios?|fletes?|despachos?|franqueo|gastos de envio|costos? de envio|cargo por|recargo|comision(es)?|propinas?|"
    r"descuentos?|ajustes?|redondeo|mano de obra|seguro de envio)"
)
CORRECTIONS = re.compile(r"(adjust|adjustment|ajustes?|redondeo|bank charges?)\b")
"""Beginnings after which any words may come: who corrected what, and when."""
GOODS = re.compile(
    r"\b(box(es)?|labels?|bags?|stamps?|scales?|tapes?|tubes?|envelopes?|cards?|jars?|sets?|kits?|trolley|cajas?|"
    r"etiquetas?|bolsas?|sobres?|cintas?|tarjetas?|frascos?|libros?|juegos?)\b"
)
"""A word that says that it is a thing after all: a shipping box, a tip jar."""
MOST_WORDS = 6
BY_NAME = N_("its name says so")
BY_CODE = N_("shops use this code for it")
BY_PRICE = N_("in {share} of the orders, one at a time, at prices far apart")
FOR_NOTHING = N_("it never costs anything")
FEWEST_LINES, FEWEST_FREE = 20, 5
LEAST_SHARE, MOST_SINGLE, LEAST_SPREAD = 0.1, 0.95, 0.4
"""Of the orders that it is in; of its lines that have one unit; of its prices, as their deviation by their mean."""


@dataclass(frozen=True)
class Sold:
    """How something is sold: its `lines`, those of one unit (`single`), those that cost nothing (`free`), all `orders`
    of the company, and the mean and mean square of its prices."""

    lines: int
    single: int
    free: int
    orders: int
    price: float
    square: float

    @property
    def share(self) -> float:
        """Of the orders, the share that it is in, as far as an order has one line of it."""
        return min(1.0, self.lines / self.orders) if self.orders else 0.0

    @property
    def spread(self) -> float:
        """How far apart its prices are."""
        return max(0.0, self.square - self.price**2) ** 0.5 / self.price if self.price > 0 else 0.0


def suspicion(product_id: str, name: str | None) -> str | None:
    """Why something looks like a service, as a message to be translated; None where it looks like a product."""
    code, said = _plain(product_id), _plain(name or "")
    if any(map(_names_service, (said, code))):
        return BY_NAME if _names_service(said) else BY_CODE
    if code in CODES and not said:
        return BY_CODE
    if code in CODES and not GOODS.search(said) and len(said.split()) <= MOST_WORDS:
        return BY_CODE
    if code in LETTERS and said in ("manual", "discount", "samples", "carriage"):
        return BY_NAME
    return None


def behaviour(sold: Sold) -> str | None:
    """Why something may be a service by how it is sold, as a message to be translated with its {share}."""
    if sold.lines >= FEWEST_FREE and sold.free == sold.lines:
        return FOR_NOTHING
    often = sold.lines >= FEWEST_LINES and sold.share >= LEAST_SHARE
    if often and sold.single >= MOST_SINGLE * sold.lines and sold.spread >= LEAST_SPREAD:
        return BY_PRICE
    return None


def _names_service(said: str) -> bool:
    words = said.split()
    if CORRECTIONS.match(said):
        return True
    if not words or len(words) > MOST_WORDS or GOODS.search(said):
        return False
    return said == "manual" or re.match(rf"{BEGINS}\b", said) is not None or re.search(rf"\b{ENDS}$", said) is not None


def _plain(text: str) -> str:
    """Lower-case words without accents or signs."""
    parted = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(one for one in parted if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
