"""The demo company's deliveries."""
