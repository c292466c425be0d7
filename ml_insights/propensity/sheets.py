"""What leaves the product about likely buyers: everybody who is scored, and the week's list."""

from collections.abc import Iterable

from ml_insights.core.i18n import N_
from ml_insights.core.sheets import Column, Kind, Sheet
from ml_insights.propensity import wording
from ml_insights.propensity.facts import PickFact, ScoreFact

MARKS = {mark.value: said for mark, said in wording.MARKS.items()}
EVERYBODY = (
    Column("customer_id", N_("Customer number")),
    Column("label", N_("Customer")),
    Column("chance_7", N_("Chance in 7 days"), Kind.SHARE, 4),
    Column("chance_30", N_("Chance in 30 days"), Kind.SHARE, 4),
    Column("revenue_7", N_("Expected this week"), Kind.MONEY, 2),
    Column("next_day", N_("Expected"), Kind.DAY),
    Column("next_from", N_("Expected from"), Kind.DAY),
    Column("next_to", N_("Expected until"), Kind.DAY),
    Column("basket", N_("Basket"), Kind.MONEY, 2),
    Column("basket_low", N_("Basket, at least"), Kind.MONEY, 2),
    Column("basket_high", N_("Basket, at most"), Kind.MONEY, 2),
    Column("value", N_("Lifetime value"), Kind.MONEY, 2),
    Column("value_low", N_("Lifetime value, at least"), Kind.MONEY, 2),
    Column("value_high", N_("Lifetime value, at most"), Kind.MONEY, 2),
    Column("revenue_year", N_("Revenue in the last year"), Kind.MONEY, 2),
    Column("orders", N_("Orders so far"), Kind.NUMBER),
    Column("last_day", N_("Last purchase"), Kind.DAY),
    Column("products", N_("Likely products")),
)
WEEK = (
    Column("rank", N_("No."), Kind.NUMBER),
    Column("customer_id", N_("Customer number")),
    Column("customer", N_("Customer")),
    Column("phone", N_("Phone")),
    Column("chance_7", N_("Chance in 7 days"), Kind.SHARE, 4),
    Column("chance_30", N_("Chance in 30 days"), Kind.SHARE, 4),
    Column("next_day", N_("Expected"), Kind.DAY),
    Column("basket", N_("Basket"), Kind.MONEY, 2),
    Column("basket_low", N_("Basket, at least"), Kind.MONEY, 2),
    Column("basket_high", N_("Basket, at most"), Kind.MONEY, 2),
    Column("revenue_7", N_("Expected this week"), Kind.MONEY, 2),
    Column("products", N_("Likely products")),
    Column("why_now", N_("Why now")),
    Column("mark", N_("Noted"), words=MARKS),
    Column("note", N_("Note")),
)


def everybody_sheet(scores: Iterable[ScoreFact]) -> Sheet:
    """Every customer who is scored."""
    names = [column.key for column in EVERYBODY[:-1]]
    rows = ((*(getattr(one, name) for name in names), _products(one)) for one in scores)
    return Sheet("likely-buyers", N_("Likely buyers"), EVERYBODY, rows)


def week_sheet(picks: Iterable[PickFact], language: str) -> Sheet:
    """The week's list, with the reasons in words."""
    rows = (
        (
            pick.rank, pick.score.customer_id, pick.score.label, pick.phone, pick.score.chance_7, pick.score.chance_30,
            pick.score.next_day, pick.score.basket, pick.score.basket_low, pick.score.basket_high,
            pick.score.revenue_7, _products(pick.score), wording.why_now(pick.score.reasons, language, 4),
            pick.mark.value, pick.note,
        )
        for pick in picks
    )  # fmt: skip
    return Sheet("likely-buyers-this-week", N_("Likely buyers"), WEEK, rows)


def _products(score: ScoreFact) -> str:
    return " · ".join(name for _, name in score.products)
