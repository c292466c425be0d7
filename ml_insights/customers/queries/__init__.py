"""Reads about customers, over what the lower slices keep."""
