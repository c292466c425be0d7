"""The verbs of prices: read what was sold at which price, publish what the model says, decide, apply."""
