"""Seasonal profiles of all series at once, shrunk by how sure they are."""

from __future__ import annotations

from math import lcm

import numpy as np

HALF_LIFE_CYCLES = 6.0


def seasonal_profiles(y: np.ndarray, seasons: tuple[int, ...]) -> np.ndarray:
    """(series, steps until all seasons meet again) additive effect by steps before the newest value (0 = newest).

    Classical decomposition by a centred moving average; phase means weighted towards recent cycles and shrunk
    towards zero as James & Stein (1961) would, so that noise makes no season. Seasons with fewer than two full cycles
    are left out; later seasons are measured on what the earlier ones left.
    """
    usable = [season for season in seasons if season > 1 and 2 * season <= y.shape[1]]
    profile = np.zeros((len(y), lcm(*usable)))
    detrended = None
    for season in usable:
        detrended = detrend(y, season) if detrended is None or season > usable[0] else detrended
        remainder = detrended - at_ages(profile, np.arange(y.shape[1] - 1, -1, -1))
        profile += np.tile(_shrunk_profile(remainder, season), profile.shape[1] // season)
    return profile


def at_ages(profile: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """(series, ages) seasonal effect `ages` steps before the newest value; negative ages lie in the future."""
    return profile[:, ages % profile.shape[1]]


def detrend(y: np.ndarray, season: int) -> np.ndarray:
    """`y` less its centred moving average over one season; NaN where the average does not reach."""
    weights = np.ones(season + 1 - season % 2)
    if season % 2 == 0:
        weights[[0, -1]] = 0.5
    weights /= weights.sum()
    half = len(weights) // 2
    total = np.cumsum(np.pad(np.nan_to_num(y), ((0, 0), (1, 0))), axis=1)
    began = np.isfinite(y)
    width = len(weights)
    moving = (total[:, width:] - total[:, :-width]) * weights[half]
    if season % 2 == 0:
        ends = np.nan_to_num(y)[:, : y.shape[1] - width + 1] + np.nan_to_num(y)[:, width - 1 :]
        moving -= ends * (weights[half] - weights[0])
    out = np.full_like(y, np.nan)
    inside = began[:, : y.shape[1] - width + 1]
    out[:, half : y.shape[1] - half] = np.where(inside, y[:, half : y.shape[1] - half] - moving, np.nan)
    return out


def _shrunk_profile(detrended: np.ndarray, season: int) -> np.ndarray:
    """(series, season) weighted phase means by age, shrunk by the share of their variance that is noise."""
    cycles = detrended.shape[1] // season
    blocks = detrended[:, ::-1][:, : cycles * season].reshape(len(detrended), cycles, season)
    weights = 0.5 ** (np.arange(cycles) / HALF_LIFE_CYCLES)[None, :, None] * np.isfinite(blocks)
    mass = np.maximum(weights.sum(axis=1), 1e-12)
    filled = np.nan_to_num(blocks)
    means = (weights * filled).sum(axis=1) / mass
    deviation = np.where(np.isfinite(blocks), blocks - means[:, None, :], 0.0)
    counted = np.isfinite(blocks).sum(axis=(1, 2))
    noise = (deviation**2).sum(axis=(1, 2)) / np.maximum(counted - season, 1)
    noise = np.where(counted > season, noise, means.var(axis=1))
    error = noise * ((weights**2).sum(axis=1) / mass**2).mean(axis=1)
    centred = means - means.mean(axis=1, keepdims=True)
    spread = np.maximum(centred.var(axis=1), 1e-12)
    return centred * np.clip(1 - error / spread, 0, 1)[:, None]
