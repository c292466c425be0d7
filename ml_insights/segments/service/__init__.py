"""Segments computed, judged and published."""
