"""Pure models: DataFrames and arrays in, typed results out. No database, network, settings, clock or Reflex."""
