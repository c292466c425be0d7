"""Predictions, decisions and outcomes: append-only, hash-chained, one chain per data set."""
