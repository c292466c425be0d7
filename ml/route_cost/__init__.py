"""What a route costs, with reasons and an interval."""
