"""The verbs of logistics."""
