"""People, sessions and API keys."""
