"""How buyers answer to price: elasticities with honest intervals, what a price will sell, and which one to offer."""
