"""Demand forecasting: a tournament of candidates per series, with conformal bands."""
