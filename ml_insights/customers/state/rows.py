"""Customers as the plain dicts that pages show; words are already in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from babel.numbers import format_decimal, format_percent

from ml_insights.churn.facts import CustomerChurn
from ml_insights.churn.wording import next_step, reason_rows
from ml_insights.core.addresses import customer_address
from ml_insights.core.formats import money
from ml_insights.core.i18n import LOCALES, N_, gettext
from ml_insights.customers.facts import CustomerView, Entry, EntryKind, ListRow, Risk
from ml_insights.customers.policy import risk_of
from ml_insights.propensity.facts import CustomerOutlook
from ml_insights.propensity.wording import why_now
from ml_insights.segments.facts import MemberStory
from ml_insights.segments.policy import WORDING, title_of
from ml_insights.ui.charts import Figure, bar_chart

Row = dict[str, Any]
RISKS: dict[Risk, tuple[str, str]] = {
    Risk.HIGH: (N_("High"), "red"),
    Risk.MEDIUM: (N_("Medium"), "amber"),
    Risk.LOW: (N_("Low"), "green"),
}
ORDERED = N_("Units: {units}, lines: {lines}")
PREDICTED = N_("{model}, to be known on {day}")
OUTCOME = N_("{model}. {outcome}.")
SUMMARY = N_("Revenue by month: {total} in {months} months, {best} in the best one.")


def list_row(row: ListRow, painted: dict[str, str], language: str) -> Row:
    """A line of the list."""
    risk = risk_of(row.probability)
    return asdict(row) | {
        "last_day": row.last_day.isoformat() if row.last_day else "",
        "address": customer_address(row.customer_id),
        "title": gettext(title_of(row.segment), language) if row.segment else "",
        "colour": painted.get(row.segment or "", "muted"),
        "risk": risk.value if risk else "",
    }


def month_figure(found: CustomerView) -> Figure:
    """Revenue of each month, net of returns."""
    if not found.months:
        return {}
    figure = bar_chart(
        [month.isoformat() for month, _ in found.months],
        [round(value, 2) for _, value in found.months],
        shape="money",
    )
    figure["data"][0]["hovertemplate"] = "%{x|%b %Y}: %{y:money}<extra></extra>"
    figure["layout"] |= {"xaxis": {"tickformat": "%b\n%Y"}}
    return figure


def month_summary(found: CustomerView, language: str) -> str:
    """The chart in words."""
    values = [value for _, value in found.months]
    told = {"total": money(sum(values), language), "best": money(max(values, default=0.0), language)}
    return gettext(SUMMARY, language, months=len(values), **told)


def head_row(found: CustomerView) -> Row:
    """Who the customer is, and the headline figures."""
    figures, who = found.headline, found.profile
    return {
        "customer_id": who.customer_id,
        "name": who.name or who.customer_id,
        "named": bool(who.name),
        "email": who.email or "",
        "phone": who.phone or "",
        "region": who.region or "",
        "since": _day(figures.first_purchase),
        "revenue": figures.revenue,
        "revenue_before": figures.revenue_before,
        "change": figures.change,
        "orders": figures.orders,
        "average_order": figures.average_order,
        "last_purchase": _day(figures.last_purchase),
        "silent": figures.silent,
        "usual_gap": figures.usual_gap,
        "late": bool(figures.usual_gap and figures.silent and figures.silent > 2 * figures.usual_gap),
        "lifetime_revenue": figures.lifetime_revenue,
        "lifetime_orders": figures.lifetime_orders,
        "until": _day(figures.until),
    }


def segment_row(story: MemberStory | None, painted: dict[str, str], language: str) -> Row:
    """The present segment and its months; empty without one."""
    if story is None:
        return {}
    member, wording = story.member, WORDING[story.member.segment]
    return {
        "segment": member.segment,
        "title": gettext(wording.title, language),
        "meaning": gettext(wording.meaning, language),
        "action": gettext(wording.action, language),
        "colour": painted.get(member.segment, "muted"),
        "chance": story.chance,
        "r": member.r,
        "f": member.f,
        "m": member.m,
        "months": [
            {
                "month": month.isoformat(),
                "title": gettext(title_of(segment), language),
                "colour": painted.get(segment, "muted"),
                "known": bool(segment),
            }
            for month, segment in story.history
        ],
    }


def churn_row(leaving: CustomerChurn | None, language: str) -> Row:
    """The present score with reasons, and the alert that is being worked; empty where nothing is known."""
    if leaving is None:
        return {}
    score = leaving.score
    alert = next((alert for alert, _ in leaving.alerts if alert.active), None)
    risk = risk_of(score.probability) if score else None
    return {
        "probability": score.probability if score else None,
        "risk": risk.value if risk else "",
        "at_risk": score.at_risk if score else None,
        "horizon": leaving.horizon_days,
        "as_of": _day(leaving.as_of),
        "reasons": reason_rows(score.reasons, language) if score else [],
        "alert": alert.id if alert else 0,
        "status": alert.status.value if alert else "",
        "owner": alert.owner if alert else "",
        "due": _day(alert.due_on) if alert else "",
        "next_step": next_step(alert, language) if alert else "",
    }


def outlook_row(outlook: CustomerOutlook | None, language: str) -> Row:
    """When the next purchase is expected and what for, and what the customer is worth; empty where nothing is known."""
    if outlook is None:
        return {}
    score = outlook.score
    return {
        "chance_7": score.chance_7,
        "chance_30": score.chance_30,
        "next": _day(score.next_day),
        "next_from": _day(score.next_from),
        "next_to": _day(score.next_to),
        "basket": score.basket,
        "basket_low": score.basket_low,
        "basket_high": score.basket_high,
        "value": score.value,
        "value_low": score.value_low,
        "value_high": score.value_high,
        "value_days": outlook.value_days,
        "as_of": _day(outlook.as_of),
        "rank": outlook.rank or 0,
        "products": ", ".join(name or product for product, name in score.products[:3]),
        "why": why_now(score.reasons, language),
    }


def product_rows(found: CustomerView) -> list[Row]:
    """Usual products."""
    return [asdict(one) | {"name": one.name or one.product_id, "last": one.last.isoformat()} for one in found.products]


def entry_rows(entries: Sequence[Entry], language: str) -> list[Row]:
    """Lines of the timeline; `detail` is in words."""
    return [_entry(entry, language) for entry in entries]


def _entry(entry: Entry, language: str) -> Row:
    values = {name: _said(name, value, language) for name, value in entry.values.items()}
    return {
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "text": gettext(entry.text, language, **values),
        "detail": entry.detail or _detail(entry, values, language),
        "actor": entry.actor,
        "amount": entry.values.get("value") if entry.kind == EntryKind.ORDER else None,
    }


def _detail(entry: Entry, values: Row, language: str) -> str:
    if entry.kind == EntryKind.ORDER:
        return gettext(ORDERED, language, **values)
    if entry.kind == EntryKind.PREDICTION:
        return gettext(OUTCOME if values["outcome"] else PREDICTED, language, day=values["until"], **values)
    return ""


def _said(name: str, value: Any, language: str) -> Any:
    locale = LOCALES[language].replace("-", "_")
    if name in ("segment", "before", "outcome", "action"):
        return gettext(str(value), language)
    if name == "chance":
        return format_percent(value, locale=locale)
    if name == "value":
        return money(value, language)
    if name == "until":
        from babel.dates import format_date

        return format_date(value, "medium", locale=locale)
    return format_decimal(round(value, 2), locale=locale) if isinstance(value, float) else value


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
