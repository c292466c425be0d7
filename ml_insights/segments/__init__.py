"""Who the customers are: recency, frequency, monetary value, in groups with names that stay."""
