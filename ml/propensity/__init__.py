"""Who is about to buy, when and what; lifetime value."""
