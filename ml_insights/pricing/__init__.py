"""What price to offer: elasticity, suggestion, decision."""
