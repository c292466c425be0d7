"""What commerce says in the reader's language."""

from __future__ import annotations

from ml_insights.commerce.facts import ServiceFact
from ml_insights.core.formats import locale_of
from ml_insights.core.i18n import gettext


def reason_of(fact: ServiceFact, language: str) -> str:
    """Why something looks like a service; empty where it does not."""
    from babel.numbers import format_percent

    share = format_percent(fact.share, locale=locale_of(language))
    return gettext(fact.reason, language, share=share) if fact.reason else ""
