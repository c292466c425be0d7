"""What a route costs, and the order of its stops."""
