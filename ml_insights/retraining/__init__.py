"""The model factory: retrain, compare, promote or keep, report, and watch what is in production."""
