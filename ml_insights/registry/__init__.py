"""Model versions: their files, metrics and which of them answers."""
