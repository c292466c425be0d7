"""Charts of a report, drawn without a window and embedded, so that the report is one file."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACCENT, MUTED, DARK, GRID = "#3b5bdb", "#adb5bd", "#212529", "#e9ecef"
RESOLUTION = 110
CUT = 0.01
"""Share of units at each end that the histogram of gains folds into its last bars."""

BINS = 10


def bars(figures: Mapping[str, float], unit: str, highlighted: str) -> str:
    """Horizontal bars of one figure per name, the first on top."""
    figure, axes = _figure(6.4, 0.45 * len(figures) + 0.7)
    names = list(figures)[::-1]
    colours = [ACCENT if name == highlighted else MUTED for name in names]
    drawn = axes.barh(names, [figures[name] for name in names], color=colours, height=0.6)
    axes.bar_label(drawn, fmt="%.3g", padding=4, fontsize=9, color=DARK)
    axes.margins(x=0.12)
    axes.set_xlabel(unit)
    axes.grid(axis="y", visible=False)
    return _embedded(figure)


def gains(challenger: Mapping[str, float], incumbent: Mapping[str, float], labels: tuple[str, str, str]) -> str:
    """Histogram of the loss that each unit saves. labels: of the axes, and of the line at no difference."""
    units = sorted(challenger.keys() & incumbent.keys())
    saved = np.array([incumbent[unit] - challenger[unit] for unit in units])
    low, high = np.quantile(saved, [CUT, 1 - CUT])
    reach = max(abs(low), abs(high), 1e-9)
    figure, axes = _figure(6.4, 2.4)
    axes.hist(np.clip(saved, -reach, reach), bins=31, range=(-reach, reach), color=ACCENT)
    axes.axvline(0.0, color=DARK, linewidth=1, linestyle="--", label=labels[2])
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.legend(frameon=False, fontsize=8)
    return _embedded(figure)


def lines(predictions: pd.DataFrame, rivals: Mapping[str, pd.DataFrame], labels: tuple[str, str]) -> str:
    """What was predicted of one subject on the hold-out, its 80 % band, what others said and what came true.

    labels: of what came true and of the prediction.
    """
    shown = predictions.sort_values("target_at")
    figure, axes = _figure(6.4, 2.8)
    at = pd.DatetimeIndex(shown["target_at"]).tz_localize(None)
    if {"lo_80", "hi_80"} <= set(shown.columns):
        axes.fill_between(at, shown["lo_80"].astype(float), shown["hi_80"].astype(float), color=ACCENT, alpha=0.15)
    axes.plot(at, shown["actual"], color=DARK, linewidth=1.4, label=labels[0])
    axes.plot(at, shown["value"], color=ACCENT, linewidth=1.4, label=labels[1])
    for name, others in rivals.items():
        ordered = others.sort_values("target_at")
        axes.plot(
            pd.DatetimeIndex(ordered["target_at"]).tz_localize(None),
            ordered["value"],
            color=MUTED,
            linewidth=1.2,
            linestyle="--",
            label=name,
        )
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper left", bbox_to_anchor=(0, 1.18))
    figure.autofmt_xdate(rotation=0, ha="center")
    _dates(axes)
    return _embedded(figure)


def calibration(chances: Mapping[str, pd.DataFrame], labels: tuple[str, str, str]) -> str:
    """How often it came true against the chance that was told, in ten bins of equal size.

    chances: rows with probability and actual, by whose they are. labels: of the axes and of the line.
    """
    figure, axes = _figure(4.6, 3.6)
    axes.plot([0, 1], [0, 1], color=DARK, linewidth=1, linestyle="--", label=labels[2])
    for (name, rows), colour in zip(chances.items(), (ACCENT, MUTED), strict=False):
        ordered = rows.sort_values("probability", kind="stable")
        bins = [part for part in np.array_split(ordered[["probability", "actual"]].to_numpy(float), BINS) if len(part)]
        expected, observed = zip(*(part.mean(axis=0) for part in bins), strict=True)
        axes.plot(expected, observed, color=colour, linewidth=1.4, marker="o", markersize=4, label=name)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.legend(frameon=False, fontsize=8)
    return _embedded(figure)


def against(predictions: pd.DataFrame, labels: tuple[str, str, str]) -> str:
    """What happened against what was predicted, a dot each. labels: of the axes, and of the line where both agree."""
    figure, axes = _figure(4.6, 3.6)
    said, came = predictions["value"].to_numpy(float), predictions["actual"].to_numpy(float)
    ends = [float(np.nanmin([said, came])), float(np.nanmax([said, came]))]
    axes.scatter(said, came, s=10, color=ACCENT, alpha=0.5, linewidths=0)
    axes.plot(ends, ends, color=DARK, linewidth=1, linestyle="--", label=labels[2])
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.legend(frameon=False, fontsize=8)
    return _embedded(figure)


def durations(rows: Sequence[tuple[str, float, float]], labels: tuple[str, str]) -> str:
    """Seconds per step, the model's own fits apart. rows: (step, seconds, of which fits)."""
    figure, axes = _figure(6.4, 0.32 * len(rows) + 0.8)
    names = [name for name, *_ in rows][::-1]
    fits = np.array([fit for *_, fit in rows])[::-1]
    rest = np.array([max(seconds - fit, 0.0) for _, seconds, fit in rows])[::-1]
    axes.barh(names, fits, color=MUTED, height=0.6, label=labels[0])
    axes.barh(names, rest, left=fits, color=ACCENT, height=0.6, label=labels[1])
    axes.set_xlabel("s")
    axes.grid(axis="y", visible=False)
    axes.legend(frameon=False, fontsize=8)
    return _embedded(figure)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=RESOLUTION, layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(colors=DARK, labelsize=8, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    return figure, axes


def _dates(axes: Any) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=8))
    axes.xaxis.set_major_formatter(DateFormatter("%d-%m"))


def _embedded(figure: Figure) -> str:
    """PNG as a data URI: Markdown readers that refuse embedded SVG show it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
