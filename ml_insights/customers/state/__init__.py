"""What the pages of customers show: the list, and one customer."""
