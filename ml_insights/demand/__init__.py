"""Demand: what will be sold, of what, for how much, and how sure that is."""
