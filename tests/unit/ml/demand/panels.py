"""Synthetic series with known answers."""

import numpy as np
import pandas as pd


def daily(
    days: int = 200, *, name: str = "s", level: float = 50.0, weekly: float = 20.0, noise: float = 2.0, seed: int = 0
) -> pd.DataFrame:
    """A level, a weekday profile and noise."""
    index = np.arange(days)
    y = level + weekly * np.sin(2 * np.pi * index / 7) + np.random.default_rng(seed).normal(0, noise, days)
    return pd.DataFrame({"unique_id": name, "ds": pd.date_range("2024-01-01", periods=days), "y": np.maximum(y, 0)})


def many(count: int = 6, days: int = 150, **kwargs: float) -> pd.DataFrame:
    """`count` such series at different levels."""
    parts = [daily(days, name=f"s{n}", level=40.0 + 10 * n, seed=n, **kwargs) for n in range(count)]
    return pd.concat(parts, ignore_index=True)
