"""The pages' figures, recomputed from the raw rows by SQL of its own."""
