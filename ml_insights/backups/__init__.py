"""Database and model files, consistent with each other, in one verified archive."""
