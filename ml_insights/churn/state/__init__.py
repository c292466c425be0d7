"""What the churn page shows, in small states: figures, alerts, customers, the open alert, rules, the run."""
