"""What undoing an import takes back, in the reader's words: for the question on the page and on the command line."""

from __future__ import annotations

from ml_insights.core.formats import day, money, number
from ml_insights.core.i18n import N_, gettext
from ml_insights.sources.facts import UndoFact

COMPUTED = {
    "demand_series": N_("forecast series"),
    "segment_members": N_("customers in segments"),
    "churn_scores": N_("churn scores"),
    "churn_alerts": N_("churn alerts with their history"),
    "propensity_scores": N_("purchase scores"),
    "propensity_picks": N_("customers on lists, with what was noted"),
    "price_releases": N_("sets of price suggestions"),
    "price_decisions": N_("price decisions"),
    "route_estimates": N_("route estimates"),
    "retrain_reports": N_("training reports"),
    "notifications": N_("messages in inboxes"),
    "ai_models": N_("model versions, which are taken out of use"),
}
"""Tables of what is computed, as a person knows them. What hangs on one of them is not counted apart."""


ADDED = N_("Rows that it added, and that go: {rows}")
CHANGED = N_("Rows that get their earlier values back: {rows}")
ONE_DAY, DAYS = N_("Day of these rows: {first}"), N_("Days of these rows: {first} to {last}")
LESS, MORE = N_("Revenue that goes with them: {revenue}"), N_("Revenue that comes back: {revenue}")
LATER = N_(
    "Later imports that found rows here already: {imports}, with {rows} such rows. What they share with this one "
    "goes too; import those files again to have it back."
)
ANEW = N_("What was computed from them is computed again from the rows that stay.")
EMPTIED = N_(
    "No row of the company is left then, so everything that was computed goes as well: {computed}. Rules and limits "
    "that people have set stay."
)


def outlook_lines(fact: UndoFact, language: str) -> list[str]:
    """What would be taken back, a line each."""
    shown = {name: number(getattr(fact, name), language) for name in ("removed", "restored", "later", "known")}
    revenue, computed = fact.revenue or 0.0, _computed(fact, language)
    told: list[tuple[object, str, dict[str, str]]] = [
        (fact.removed, ADDED, {"rows": shown["removed"]}),
        (fact.restored, CHANGED, {"rows": shown["restored"]}),
        (fact.first, ONE_DAY if fact.first == fact.last else DAYS, _days(fact, language)),
        (revenue, LESS if revenue > 0 else MORE, {"revenue": money(abs(revenue), language)}),
        (fact.later, LATER, {"imports": shown["later"], "rows": shown["known"]}),
        (not fact.emptied, ANEW, {}),
        (fact.emptied and computed, EMPTIED, {"computed": computed}),
    ]
    return [gettext(message, language, **values) for holds, message, values in told if holds]


def _days(fact: UndoFact, language: str) -> dict[str, str]:
    return {name: day(one, language) for name in ("first", "last") if (one := getattr(fact, name))}


def _computed(fact: UndoFact, language: str) -> str:
    named = [(label, fact.computed[table]) for table, label in COMPUTED.items() if table in fact.computed]
    return ", ".join(f"{gettext(label, language)} ({number(rows, language)})" for label, rows in named)
