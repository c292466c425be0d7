"""Facts as the plain dicts that the page shows; words are already in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ml_insights.core.addresses import customer_address
from ml_insights.core.i18n import N_, gettext
from ml_insights.propensity import wording
from ml_insights.propensity.facts import Board, PickFact, ReleaseFact, ScoreFact
from ml_insights.ui.charts import Figure, bar_chart

Row = dict[str, Any]
WEEK = timedelta(days=7)
PRODUCTS_SHOWN = 3
WEEKDAYS = (
    N_("usually Mondays"),
    N_("usually Tuesdays"),
    N_("usually Wednesdays"),
    N_("usually Thursdays"),
    N_("usually Fridays"),
    N_("usually Saturdays"),
    N_("usually Sundays"),
)


def score_row(score: ScoreFact, language: str, most: float = 0.0) -> Row:
    """A customer. most: the amount at the right end of the bars of lifetime value."""
    usual = "" if score.weekday is None else gettext(WEEKDAYS[score.weekday], language)
    wide = max(most, score.value_high, 1e-9)
    return {
        "customer_id": score.customer_id,
        "label": score.label,
        "name": score.label if score.label != score.customer_id else None,
        "address": customer_address(score.customer_id),
        **{name: getattr(score, name) for name in (
            "chance_7", "chance_30", "revenue_7", "basket", "basket_low", "basket_high", "value", "value_low",
            "value_high", "orders", "revenue_year")},
        **{name: _iso(getattr(score, name)) for name in ("next_day", "next_from", "next_to", "last_day")},
        "usual": usual,
        "products": " · ".join(name for _, name in score.products[:PRODUCTS_SHOWN]),
        "all_products": [{"id": key, "name": name} for key, name in score.products],
        "why": wording.why_now(score.reasons, language),
        "from_share": round(100 * max(score.value_low, 0.0) / wide, 2),
        "width_share": round(100 * max(score.value_high - max(score.value_low, 0.0), 0.0) / wide, 2),
        "at_share": round(100 * min(max(score.value, 0.0) / wide, 1.0), 2),
    }  # fmt: skip


def pick_row(pick: PickFact, language: str) -> Row:
    """A customer of the list, with what was noted."""
    return score_row(pick.score, language) | {
        "rank": pick.rank,
        "phone": pick.phone,
        "call": "tel:" + pick.phone.replace(" ", ""),
        "mark": pick.mark.value,
        "note": pick.note,
        "who": pick.who,
        "marked_at": pick.marked_at.isoformat() if pick.marked_at else "",
    }


def figures(board: Board) -> Row:
    """The headline."""
    release, proved, picks = board.release, board.proved, board.picks
    return {
        **{name: getattr(release, name) for name in (
            "customers", "buyers", "buyers_low", "buyers_high", "buyers_before", "revenue", "revenue_low",
            "revenue_high", "revenue_before", "value", "value_days", "value_measured_days")},
        "value_before": board.sold,
        "by_chance": board.by_chance,
        "auc": board.ranking.auc if board.ranking else None,
        "auc_least": board.ranking.least if board.ranking else None,
        "buyers_change": _change(release.buyers, release.buyers_before),
        "revenue_change": _change(release.revenue, release.revenue_before),
        "first": (release.as_of + timedelta(days=1)).isoformat(),
        "last": (release.as_of + WEEK).isoformat(),
        "as_of": release.as_of.isoformat(),
        "computed_at": release.computed_at.isoformat(),
        "model": release.model_version,
        "listed": len(picks),
        "open": sum(pick.mark.value == "open" for pick in picks),
        "listed_buyers": round(sum(pick.score.chance_7 for pick in picks), 1),
        "listed_revenue": sum(pick.score.revenue_7 for pick in picks),
        "proved": proved is not None,
        **({} if proved is None else {
            "hits": proved.hits,
            "size": proved.size,
            "lift": proved.lift,
            "backtest": proved.backtest,
            "since": (proved.since + timedelta(days=1)).isoformat(),
            "until": (proved.since + WEEK).isoformat(),
        }),
    }  # fmt: skip


def value_figure(release: ReleaseFact) -> Figure:
    """How many customers are worth how much."""
    labels = [{"money": [low, high]} for low, high, _ in release.value_bars]
    figure = bar_chart(labels, [count for _, _, count in release.value_bars])
    figure["layout"]["xaxis"] = {"type": "category"}
    return figure


def _change(now: float, before: float) -> float | None:
    return now / before - 1 if before else None


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
