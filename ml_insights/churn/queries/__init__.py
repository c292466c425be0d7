"""Reads of churn: the newest scores, the alerts, the rules that they are raised by, and the page's figures."""

from ml_insights.churn.queries.alerts import (
    active_customers,
    alert,
    alert_page,
    alerts_of,
    any_alert,
    events_of,
    quiet_customers,
)
from ml_insights.churn.queries.customers import of_customer
from ml_insights.churn.queries.headline import headline
from ml_insights.churn.queries.rules import chosen_horizon, owners, rules
from ml_insights.churn.queries.scores import (
    active_alerts,
    at_risk,
    current_release,
    every_score,
    published,
    score,
    score_page,
    scores_of,
    worth_contacting,
)

__all__ = [
    "active_alerts",
    "active_customers",
    "alert",
    "alert_page",
    "alerts_of",
    "any_alert",
    "at_risk",
    "chosen_horizon",
    "current_release",
    "events_of",
    "every_score",
    "headline",
    "of_customer",
    "owners",
    "published",
    "quiet_customers",
    "rules",
    "score",
    "score_page",
    "scores_of",
    "worth_contacting",
]
