"""Customer segments: recency, frequency, monetary value; KMeans whose names stay across retrainings."""
