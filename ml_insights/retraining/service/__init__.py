"""The verbs of retraining: run it, judge, promote, roll back, report."""
