"""A customer in the API's terms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ml_insights.churn.facts import CustomerChurn
from ml_insights.customers.facts import CustomerView, Entry, ListRow
from ml_insights.propensity.facts import CustomerOutlook
from ml_insights.segments.facts import MemberStory


def listed(row: ListRow) -> dict[str, Any]:
    """A customer of the list; see `CustomerListed`."""
    plain = {name: getattr(row, name) for name in ("customer_id", "name", "region", "segment", "orders", "revenue")}
    return plain | {"recency_days": row.recency, "churn_probability": row.probability}


def whole(found: CustomerView, timeline: int) -> dict[str, Any]:
    """Everything about one customer, with the newest `timeline` lines; see `CustomerAnswer`."""
    figures = asdict(found.headline)
    silent, gap = figures.pop("silent"), figures.pop("usual_gap")
    more = {"days_since_purchase": silent, "usual_gap_days": gap, "average_order": found.headline.average_order}
    return {
        **asdict(found.profile),
        "figures": figures | more,
        "months": [{"month": month, "revenue": revenue} for month, revenue in found.months],
        "segment": _segment(found.segment) if found.segment else None,
        "churn": _churn(found.churn) if found.churn else None,
        "outlook": _outlook(found.outlook) if found.outlook else None,
        "products": [asdict(one) for one in found.products],
        "timeline": [_entry(one) for one in found.timeline[:timeline]],
    }


def _segment(story: MemberStory) -> dict[str, Any]:
    member = story.member
    return {
        "segment": member.segment,
        "chance_30_days": story.chance,
        "scores": f"{member.r}{member.f}{member.m}",
        "model_version": story.model_version,
        "history": [{"month": month.isoformat(), "segment": name or None} for month, name in story.history],
    }


def _churn(leaving: CustomerChurn) -> dict[str, Any]:
    score = leaving.score
    alerts = [
        {"id": alert.id, "status": alert.status.value, "owner": alert.owner, "raised": alert.created_at.isoformat()}
        for alert, _ in leaving.alerts
    ]
    return {
        "probability": score.probability if score else None,
        "at_risk": score.at_risk if score else None,
        "horizon_days": leaving.horizon_days,
        "as_of": leaving.as_of,
        "reasons": list(score.reasons) if score else [],
        "alerts": alerts,
    }


def _outlook(outlook: CustomerOutlook) -> dict[str, Any]:
    score = outlook.score
    same = ("basket", "basket_low", "basket_high", "value", "value_low", "value_high", "next_from", "next_to")
    return {
        **{name: getattr(score, name) for name in same},
        "chance_7_days": score.chance_7,
        "chance_30_days": score.chance_30,
        "next_purchase": score.next_day,
        "value_days": outlook.value_days,
        "as_of": outlook.as_of,
        "model_version": outlook.model_version,
        "products": [product for product, _ in score.products],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind.value,
        "text": entry.text,
        "values": entry.values,
        "note": entry.detail,
        "actor": entry.actor,
    }
