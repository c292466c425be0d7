"""What the API answers from."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from ml_insights.commerce.tables import Dataset
from ml_insights.core.i18n import gettext
from ml_insights.segments import queries
from ml_insights.segments.errors import NoSegmentsYet, NotSegmented, UnknownSegment
from ml_insights.segments.facts import GroupFact, MemberFact, ReleaseFact
from ml_insights.segments.policy import WORDING


def release_of(session: Session, dataset: Dataset) -> ReleaseFact:
    """The present segments. Raises NoSegmentsYet."""
    release = queries.current_release(session, dataset)
    if release is None:
        raise NoSegmentsYet
    return release


def overview(session: Session, dataset: Dataset, language: str) -> dict[str, Any]:
    """All segments and this month's movements; see `SegmentsAnswer`. Raises NoSegmentsYet."""
    release = release_of(session, dataset)
    moved = queries.moves(session, release.id, release.as_of)
    plain = {name: getattr(release, name) for name in ("as_of", "before", "computed_at", "model_version", "customers")}
    return {
        **plain,
        "customers_without_purchase": release.without_purchase,
        "silhouette": release.silhouette,
        "stability": release.stability,
        "demo": dataset == Dataset.DEMO,
        "segments": [_segment(group, release, language) for group in queries.groups(session, release.id)],
        "movements": [
            {"came_from": move.came_from or None, "went_to": move.went_to, "customers": move.customers}
            for move in sorted(moved, key=lambda move: -move.customers)
            if move.came_from != move.went_to
        ],
    }


def members_page(session: Session, dataset: Dataset, wanted: queries.Wanted, limit: int, offset: int) -> dict[str, Any]:
    """Some members; see `MembersPage`. Raises NoSegmentsYet, UnknownSegment."""
    release = release_of(session, dataset)
    known = [group.segment for group in queries.groups(session, release.id)]
    if wanted.segment and wanted.segment not in known:
        raise UnknownSegment(segment=wanted.segment, segments=", ".join(known))
    found, total = queries.members(session, dataset, release.id, wanted, limit, offset)
    return {"total": total, "members": [member(one) for one in found]}


def customer(session: Session, dataset: Dataset, customer_id: str) -> dict[str, Any]:
    """One customer; see `CustomerSegment`. Raises NoSegmentsYet, NotSegmented."""
    release_of(session, dataset)
    story = queries.of_customer(session, dataset, customer_id)
    if story is None:
        raise NotSegmented(customer=customer_id)
    return {
        **member(story.member),
        "chance_30_days": story.chance,
        "as_of": story.as_of,
        "model_version": story.model_version,
        "history": [{"month": month, "segment": segment or None} for month, segment in story.history],
    }


def customers(session: Session, dataset: Dataset, ids: list[str]) -> dict[str, Any]:
    """Several customers; see `CustomersAnswer`. Raises NoSegmentsYet."""
    release = release_of(session, dataset)
    found = queries.members_named(session, dataset, release.id, ids)
    known = {one.customer_id for one in found}
    return {"members": [member(one) for one in found], "unknown": [one for one in ids if one not in known]}


def member(found: MemberFact) -> dict[str, Any]:
    """A member in the API's terms."""
    plain = ("customer_id", "name", "region", "segment", "orders", "revenue", "average_order")
    return {
        **{name: getattr(found, name) for name in plain},
        "came_from": found.came_from or None,
        "recency_days": found.recency,
        "scores": f"{found.r}{found.f}{found.m}",
        "first_purchase": found.first_day,
        "last_purchase": found.last_day,
    }


def _segment(group: GroupFact, release: ReleaseFact, language: str) -> dict[str, Any]:
    said = WORDING[group.segment]
    plain = ("segment", "customers", "customers_before", "revenue", "orders", "average_order")
    return {
        **{name: getattr(group, name) for name in plain},
        "name": gettext(said.title, language),
        "meaning": gettext(said.meaning, language),
        "action": gettext(said.action, language),
        "share_of_customers": group.customers / max(release.customers, 1),
        "share_of_revenue": group.revenue / release.revenue if release.revenue > 0 else None,
        "median_recency_days": group.recency,
        "recency_score": group.r,
        "frequency_score": group.f,
        "monetary_score": group.m,
        "chance_30_days": group.chance,
    }
