"""How demand answers to price, and what price to offer."""
