"""What customers did, and features of it as of a cutoff: shared by churn, propensity and lifetime value."""
