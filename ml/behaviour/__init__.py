"""What customers did, and features of it as of a cutoff: shared by churn, propensity and lifetime value.

A cutoff is a midnight: what happened on its day or later is the future.
"""
