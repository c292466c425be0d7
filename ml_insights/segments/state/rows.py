"""Segments as the plain dicts that a page shows; words are already in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ml_insights.core.addresses import customer_address
from ml_insights.core.i18n import N_, gettext
from ml_insights.segments.facts import GroupFact, MemberFact, MoveFact, ReleaseFact
from ml_insights.segments.policy import WORDING, colours, title_of
from ml_insights.ui.charts import Figure, said

Row = dict[str, Any]
BELOW = 3.0
"""A logarithm has no place for 0 and below: those are drawn so many times below the least amount."""
HOVER = "%{customdata[0]}<br>%{customdata[1]} · %{customdata[2]:money}<extra></extra>"
SUMMARY = N_("{shown} of {customers} customers by days since the last purchase and revenue of the last year. {told}")
PART = N_("{segment}: {customers} customers, in the middle {days} days since the last purchase.")


def card_rows(groups: Sequence[GroupFact], release: ReleaseFact, language: str) -> list[Row]:
    """A card per segment. `gained` is the change of members since the end of the month before."""
    painted = colours([group.segment for group in groups])
    rows = []
    for group in groups:
        wording = WORDING[group.segment]
        rows.append(
            asdict(group)
            | {
                "title": gettext(wording.title, language),
                "meaning": gettext(wording.meaning, language),
                "action": gettext(wording.action, language),
                "colour": painted[group.segment],
                "share": group.customers / max(release.customers, 1),
                "share_of_revenue": group.revenue / release.revenue if release.revenue > 0 else 0.0,
                "average_order": group.average_order,
                "gained": group.customers - group.customers_before,
                "trend": group.trend,
            }
        )
    return rows


def release_row(release: ReleaseFact) -> Row:
    """Where the figures come from."""
    tried = {one.k: one for one in release.evidence}
    return {
        "as_of": release.as_of.isoformat(),
        "before": release.before.isoformat(),
        "computed_at": release.computed_at.isoformat(),
        "model_version": release.model_version,
        "customers": release.customers,
        "without_purchase": release.without_purchase,
        "silhouette": release.silhouette,
        "stability": release.stability,
        "fewest": min(tried, default=1),
        "most": max(tried, default=1),
        "moved": 0,
    }


def scatter_figure(points: Sequence[Sequence[Any]], groups: Sequence[GroupFact], language: str) -> Figure:
    """Customers by recency (days, the newest right) and revenue, both on logarithmic axes; bigger with more orders."""
    painted = colours([group.segment for group in groups])
    floor = min((one[2] for one in points if one[2] > 0), default=BELOW) / BELOW
    data = [_dots(group, [one for one in points if one[0] == group.place], painted, floor) for group in groups]
    axis = {"type": "log", "rangemode": "normal", "showgrid": True, "minor": {"ticks": ""}, "hoverformat": ",.0f"}
    layout: Figure = {
        "showlegend": True,
        "hovermode": "closest",
        "xaxis": axis
        | {
            "autorange": "reversed",
            "tickvals": [1, 3, 7, 14, 30, 90, 180, 365, 730, 1460],
            "title": {"text": said(N_("Days since the last purchase"))},
        },
        "yaxis": axis | {"format": "money", "title": {"text": said(N_("Revenue of the last year"))}},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    }
    return {"data": data, "layout": layout} if points else {}


def _dots(group: GroupFact, points: Sequence[Sequence[Any]], painted: dict[str, str], floor: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": said(title_of(group.segment)),
        "x": [max(recency, 1) for _, recency, *_ in points],
        "y": [max(revenue, floor) for _, _, revenue, *_ in points],
        "marker": {
            "color": f"@{painted[group.segment]}",
            "size": [round(min(4 + orders**0.5 * 1.6, 16), 1) for *_, orders, _ in points],
            "opacity": 0.6,
            "line": {"width": 0},
        },
        "customdata": [[who, recency, revenue] for _, recency, revenue, _, who in points],
        "hovertemplate": HOVER,
    }


def scatter_summary(points: int, groups: Sequence[GroupFact], customers: int, language: str) -> str:
    """The scatter in words."""
    told = [
        gettext(
            PART,
            language,
            segment=gettext(title_of(group.segment), language),
            customers=group.customers,
            days=round(group.recency),
        )
        for group in groups
    ]
    return gettext(SUMMARY, language, shown=points, customers=customers, told=" ".join(told))


def flow_rows(moves: Sequence[MoveFact], groups: Sequence[GroupFact], language: str) -> list[Row]:
    """A row per segment that customers came from, with a cell per segment that they went to.

    heat: share of the row, for the cell's colour; those who stayed are told apart.
    """
    names = [group.segment for group in groups]
    painted = colours(names)
    counts = {(move.came_from, move.went_to): move.customers for move in moves}
    rows = []
    for came_from in [*names, ""]:
        total = sum(counts.get((came_from, went_to), 0) for went_to in names)
        if not came_from and not total:
            continue
        rows.append(
            {
                "key": came_from or "first",
                "title": gettext(title_of(came_from), language),
                "colour": painted.get(came_from, "muted"),
                "total": total,
                "cells": [_cell(came_from, went_to, counts.get((came_from, went_to), 0), total) for went_to in names],
            }
        )
    return rows


def _cell(came_from: str, went_to: str, customers: int, total: int) -> Row:
    share = customers / total if total else 0.0
    return {
        "from": came_from or "first",
        "to": went_to,
        "customers": customers,
        "share": share,
        "stayed": came_from == went_to,
        "heat": f"{min(round(share * 100) + 6, 100) if customers and came_from else 0}%",
    }


def member_row(member: MemberFact, painted: dict[str, str], language: str) -> Row:
    """A line of the table of members."""
    return asdict(member) | {
        "first_day": member.first_day.isoformat(),
        "last_day": member.last_day.isoformat(),
        "address": customer_address(member.customer_id),
        "title": gettext(title_of(member.segment), language),
        "colour": painted.get(member.segment, "muted"),
        "origin": gettext(title_of(member.came_from), language),
        "moved": member.came_from != member.segment,
        "scores": f"{member.r} · {member.f} · {member.m}",
    }


def move_rows(moves: Sequence[MoveFact], groups: Sequence[GroupFact], language: str) -> list[Row]:
    """Movements in words; `better` is 1 for those who rose, -1 for those who fell."""
    places = {group.segment: group.place for group in groups}
    return [
        {
            "from": gettext(title_of(move.came_from), language),
            "to": gettext(title_of(move.went_to), language),
            "address": f"/ml-insights/segments?segment={move.went_to}&from={move.came_from}",
            "customers": move.customers,
            "better": 1 if places[move.went_to] < places[move.came_from] else -1,
        }
        for move in moves
    ]
