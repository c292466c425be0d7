"""Facts as the plain dicts that the page shows; words are already in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ml_insights.churn import policy, wording
from ml_insights.churn.facts import AlertFact, AlertRules, EventFact, Headline, ScoreFact
from ml_insights.churn.queries.alerts import today
from ml_insights.churn.tables import AlertAct, DismissReason, Sign
from ml_insights.core.addresses import customer_address
from ml_insights.core.formats import day, number
from ml_insights.core.i18n import LANGUAGES, N_, gettext
from ml_insights.ui.charts import Figure, said

Row = dict[str, Any]
ACTS: dict[AlertAct, str] = {
    AlertAct.RAISED: N_("Alert raised"),
    AlertAct.CONTACTED: N_("Contacted"),
    AlertAct.RETAINED: N_("Retained"),
    AlertAct.LOST: N_("Lost"),
    AlertAct.DISMISSED: N_("Dismissed"),
    AlertAct.REOPENED: N_("Reopened"),
    AlertAct.ASSIGNED: N_("Given to {to}"),
    AlertAct.DUE: N_("Due on {to}"),
    AlertAct.SNOOZED: N_("Snoozed until {to}"),
    AlertAct.WOKEN: N_("Back on the list"),
    AlertAct.NOTED: N_("Note"),
    AlertAct.SIGN: N_("The orders say"),
}
RELEASED = N_("Owner removed")
BY_RULE = {"rule:churn-alerts": N_("by schedule"), "rule:orders": N_("seen in the orders")}
EXPECTED = N_("Expected profit")


def headline_row(found: Headline, language: str) -> Row:
    """The page's figures; `before` ones are None for the first release of a horizon."""
    before = found.before
    return {
        "customers": found.now.customers,
        "customers_before": before.customers if before else None,
        "customers_change": found.now.customers - before.customers if before else None,
        "revenue": found.now.revenue,
        "revenue_before": before.revenue if before else None,
        "revenue_change": found.now.revenue / before.revenue - 1 if before and before.revenue else None,
        "before_as_of": _day(found.before_as_of),
        "scored": found.release.customers,
        "by_chance": found.by_chance,
        "auc": found.ranking.auc if found.ranking else None,
        "auc_least": found.ranking.least if found.ranking else None,
        "horizon": found.release.horizon_days,
        "horizon_why": wording.horizon_text(found.release, found.rules.horizon_days, language),
        "as_of": _day(found.release.as_of),
        "computed_at": found.release.computed_at.isoformat(),
        "model": found.release.model_version,
        "todo": found.todo,
        "overdue": found.overdue,
        "snoozed": found.snoozed,
        "contacted": found.contacted,
        "saved": found.saved,
        "saved_share": found.saved / found.contacted if found.contacted else None,
        "saved_revenue": found.saved_revenue,
        "list_profit": found.expected_profit,
        "list_at_risk": found.todo_at_risk,
        "least": found.rules.economics.least_at_risk,
        "pays": found.rules.economics.kept > 0,
    } | rules_row(found.rules)


def rules_row(rules: AlertRules) -> Row:
    """What alerts are raised by."""
    return {
        "capacity": rules.capacity,
        "contact_cost": rules.economics.contact_cost,
        "save_rate": rules.economics.save_rate,
        "margin_share": rules.economics.margin_share,
        "due_days": rules.due_days,
        "horizon_days": rules.horizon_days,
        "estimated_cost": "contact_cost" not in rules.chosen,
        "chosen": sorted(rules.chosen),
        "rules_by": rules.changed_by,
        "rules_at": _moment(rules.changed_at),
    }


def alert_row(alert: AlertFact, language: str) -> Row:
    """One line of the list of alerts."""
    asleep = alert.snoozed_until is not None and alert.snoozed_until > today()
    return {
        "id": alert.id,
        "key": str(alert.id),
        "version": alert.version,
        "active": alert.active,
        "label": alert.label,
        "customer_id": alert.customer_id,
        "probability": alert.probability,
        "at_risk": alert.at_risk,
        "reasons": " · ".join(wording.main_reasons(alert.reasons, language)),
        "owner": alert.owner,
        "due_on": _day(alert.due_on),
        "overdue": bool(alert.active and not asleep and alert.due_on and alert.due_on < today()),
        "today": bool(alert.active and alert.due_on == today()),
        "snoozed_until": _day(alert.snoozed_until) if asleep else "",
        "status": alert.status.value,
        "sign": wording.sign_text(alert, language) if alert.active else "",
        "sign_good": alert.sign == Sign.BOUGHT,
        "closed_at": _moment(alert.closed_at),
    }


def sheet_row(alert: AlertFact, rules: AlertRules, language: str) -> Row:
    """Everything about the alert that is open, without its history."""
    suggested = policy.suggested(alert.status, alert.sign)
    reason = wording.DISMISSALS[alert.dismiss_reason] if alert.dismiss_reason else ""
    return alert_row(alert, language) | {
        "address": customer_address(alert.customer_id),
        "value": alert.value,
        "expected_profit": alert.expected_profit,
        "as_of": _day(alert.as_of),
        "horizon": alert.horizon_days,
        "model": alert.model_version,
        "least_probability": policy.least_probability(alert.value, rules.economics),
        "next_step": wording.next_step(alert, language),
        "suggested": suggested.value if suggested else "",
        "owner_choice": str(alert.owner_id or ""),
        "dismissed_for": gettext(reason, language) if reason else "",
        "created_at": alert.created_at.isoformat(),
        "contacted_at": _moment(alert.contacted_at),
    }


def event_row(event: EventFact, language: str) -> Row:
    """One line of an alert's history."""
    to = str(event.detail.get("to", ""))
    if event.act in (AlertAct.DUE, AlertAct.SNOOZED) and to:
        to = day(date.fromisoformat(to), language)
    what = RELEASED if event.act == AlertAct.ASSIGNED and not to else ACTS[event.act]
    return {
        "at": event.at.isoformat(),
        "what": gettext(what, language, to=to),
        "act": event.act.value,
        "who": gettext(BY_RULE[event.actor], language) if event.actor in BY_RULE else event.who or event.actor,
        "note": event.note,
        "more": _more(event, language),
    }


def _more(event: EventFact, language: str) -> str:
    if event.act == AlertAct.DISMISSED and event.detail.get("reason"):
        return gettext(wording.DISMISSALS[DismissReason(event.detail["reason"])], language)
    if event.act != AlertAct.SIGN:
        return ""
    template = wording.SIGN_BOUGHT if event.detail["sign"] == Sign.BOUGHT else wording.SIGN_SILENT
    known = {"day": day(date.fromisoformat(event.detail["day"]), language), "days": event.detail["days"]}
    return gettext(template, language, **known)


def score_row(score: ScoreFact, language: str) -> Row:
    """One line of the list of customers."""
    return {
        "customer_id": score.customer_id,
        "name": score.label if score.label != score.customer_id else None,
        "address": customer_address(score.customer_id),
        "label": score.label,
        "probability": score.probability,
        "at_risk": score.at_risk,
        "last_day": score.last_day.isoformat(),
        "orders": score.orders,
        "revenue_year": score.revenue_year,
        "reasons": " · ".join(wording.main_reasons(score.reasons, language)),
        "alert": score.alert_id or 0,
        "status": score.alert_status.value if score.alert_status else "",
    }


def profit_figure(found: Headline) -> Figure:
    """Expected profit by the number of customers contacted, with the team's capacity and the best number marked."""
    points = policy.profit_curve(found.release.curve, found.rules.economics)
    best, most = _best(found)
    shown = [point for point in points if point[0] <= max(2 * best, 2 * found.rules.capacity, 10)]
    line: Figure = {
        "type": "scatter",
        "mode": "lines",
        "name": said(EXPECTED),
        "x": [count for count, _ in shown],
        "y": [_short(profit) for _, profit in shown],
        "line": {"color": "@s1", "width": 2},
        "hovertemplate": "%{x:number}: %{y:money}<extra></extra>",
    }
    marks = [(best, N_("Most profit: {count}"))] if most > 0 else []
    marks += [(found.rules.capacity, N_("Capacity: {count}"))] if found.rules.capacity != best else []
    return {
        "data": [line],
        "layout": {
            "showlegend": False,
            "hovermode": "closest",
            "xaxis": {"tickformat": ",d", "rangemode": "tozero", "title": {"text": said(N_("Customers contacted"))}},
            "yaxis": {"format": "money", "zeroline": True, "zerolinecolor": "@axis"},
            "shapes": [_line(place) for place, _ in marks],
            "annotations": [_note(place, text, row) for row, (place, text) in enumerate(marks)],
        },
        "unit": said(EXPECTED),
    }


def best_count(found: Headline) -> Row:
    """The number of contacts with most profit, and that profit; and the same at the team's capacity."""
    points = policy.profit_curve(found.release.curve, found.rules.economics)
    best, most = _best(found)
    capacity = min(found.rules.capacity, found.now.customers)
    at_capacity = max((profit for count, profit in points if count <= capacity), default=0.0)
    return {"best": best, "most": most, "capacity": capacity, "profit": at_capacity}


def _best(found: Headline) -> tuple[int, float]:
    """Everybody whom a contact pays for, as the headline counts them: the curve has too few points to count by."""
    return found.now.customers, found.rules.economics.profit(found.now.revenue, found.now.customers)


def _line(place: int) -> Figure:
    line = {"type": "line", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1}
    return {**line, "line": {"color": "@words", "width": 1, "dash": "dot"}}


def _note(place: int, text: str, row: int) -> Figure:
    words = {language: gettext(text, language, count=number(place, language)) for language in LANGUAGES}
    side = {"x": place, "yref": "paper", "y": 0.02 + 0.09 * row, "yanchor": "bottom", "xanchor": "left", "xshift": 4}
    return {**side, "showarrow": False, "text": words, "font": {"color": "@words", "size": 11}}


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""
