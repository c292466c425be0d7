"""Who is about to buy, when, what and how much; what a customer is worth over time."""
