"""Everything known about one customer."""
