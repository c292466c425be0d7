"""Everything about one customer, gathered."""
