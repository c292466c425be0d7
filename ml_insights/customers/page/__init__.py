"""The pages of customers: the list, and one customer."""
