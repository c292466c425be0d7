"""The verbs of churn: publish scores, raise alerts, work them."""
