"""The verbs of demand: compute forecasts, publish them, answer questions about them."""
