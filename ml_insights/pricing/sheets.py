"""What leaves the product about prices: the list of products, and what is handed to the till."""

from collections.abc import Iterable
from datetime import date

from ml.pricing.types import Refusal
from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet, picked
from ml_insights.pricing.facts import DecisionFact, ProductDetail, ProductFact
from ml_insights.pricing.policy import WORDS

STATES = {state.value: said for state, (said, _) in WORDS.items()}
REFUSALS = {
    Refusal.TOO_FEW_PERIODS.value: N_("Sold in too few weeks"),
    Refusal.CONSTANT_PRICE.value: N_("No week with another price than the usual one of its time"),
    Refusal.FEW_PRICE_MOVES.value: N_("The price changed too seldom"),
    Refusal.TOO_VAGUE.value: N_("What the price did cannot be told from promotions or chance"),
}
PRODUCTS = (
    Column("product_id", N_("Product number")),
    Column("label", N_("Product")),
    Column("category", N_("Category")),
    Column("price", N_("Price"), Kind.MONEY),
    Column("cost", N_("Cost"), Kind.MONEY),
    Column("elasticity", N_("Elasticity"), Kind.NUMBER),
    Column("elasticity_low", N_("Elasticity, at least"), Kind.NUMBER),
    Column("elasticity_high", N_("Elasticity, at most"), Kind.NUMBER),
    Column("refusal", N_("Why there is none"), words=REFUSALS),
    Column("suggested", N_("Suggested"), Kind.MONEY),
    Column("profit_change", N_("Profit a week"), Kind.MONEY),
    Column("profit_change_low", N_("Profit a week, at least"), Kind.MONEY),
    Column("profit_change_high", N_("Profit a week, at most"), Kind.MONEY),
    Column("state", N_("State"), words=STATES),
)
WEEKS = (
    Column("week", N_("Week"), Kind.DAY),
    Column("price", N_("Price"), Kind.MONEY, 2),
    Column("quantity", N_("Units"), Kind.NUMBER),
    Column("promoted", N_("Promotion"), words={"True": N_("yes"), "False": N_("no")}),
)
TILL = (
    Column("product_id", N_("Product number")),
    Column("price", N_("Price"), Kind.MONEY),
    Column("price_before", N_("Price before"), Kind.MONEY),
    Column("decided_by", N_("Decided by")),
    Column("decided_at", N_("Decided"), Kind.MOMENT),
)


def products_sheet(products: Iterable[ProductFact], show: str) -> Sheet:
    """Products that one filter of the list shows."""
    return Sheet(f"prices-{show}", N_("Prices"), PRODUCTS, picked(PRODUCTS, products))


def weeks_sheet(detail: ProductDetail) -> Sheet:
    """The weeks of a product that its elasticity and its suggestion are made of."""
    rows = ((date.fromisoformat(week), price, units, str(bool(deal))) for week, price, units, deal in detail.weeks)
    return Sheet(f"weeks-{detail.product.product_id}", N_("Price, week by week"), WEEKS, rows)


def till_sheet(decisions: Iterable[DecisionFact]) -> Sheet:
    """Approved prices, for the till or the ERP."""
    return Sheet("approved-prices", N_("Approved prices"), TILL, picked(TILL, decisions))
