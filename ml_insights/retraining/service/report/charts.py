"""Charts of a report, drawn without a window and embedded, so that the report is one file.

Numbers and days on them are written as people of `language` do.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ml_insights.core.formats import locale_of
from ml_insights.retraining import measures
from ml_insights.retraining.service.report.pictures import Cases, Chances, Course, Gains, Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

ACCENT, MUTED, DARK, GRID = "#3b5bdb", "#adb5bd", "#212529", "#e9ecef"
RESOLUTION, MOST_TICKS = 110, 8


def bars(figures: Mapping[str, float], unit: str, highlighted: str, language: str) -> str:
    """Horizontal bars of one figure per name, the first on top."""
    figure, axes = _figure(6.4, 0.45 * len(figures) + 0.7)
    names = list(figures)[::-1]
    colours = [ACCENT if name == highlighted else MUTED for name in names]
    drawn = axes.barh(names, [figures[name] for name in names], color=colours, height=0.6)
    labels = [measures.figure(figures[name], language) for name in names]
    axes.bar_label(drawn, labels, padding=4, fontsize=9, color=DARK)
    axes.margins(x=0.12)
    axes.set_xlabel(unit)
    axes.grid(axis="y", visible=False)
    _numbers(axes.xaxis, language)
    return _embedded(figure)


def gains(found: Gains, labels: tuple[str, str, str], language: str) -> str:
    """Histogram of the loss that each unit saves. labels: of the axes, and of the line at no difference."""
    figure, axes = _figure(6.4, 2.4)
    edges = np.linspace(-found.reach, found.reach, len(found.units) + 1)
    axes.stairs(found.units, edges, fill=True, color=ACCENT)
    axes.axvline(0.0, color=DARK, linewidth=1, linestyle="--", label=labels[2])
    return _told(figure, axes, labels, language)


def course(found: Course, labels: tuple[str, str, str], language: str) -> str:
    """What was predicted of one subject on the hold-out, its 80 % band, what the champion said and what came true.

    labels: of what came true, of the prediction and of the champion's.
    """
    figure, axes = _figure(6.4, 2.8)
    days = _days(found.days)
    if found.low and found.high:
        axes.fill_between(days, _floats(found.low), _floats(found.high), color=ACCENT, alpha=0.15)
    axes.plot(days, _floats(found.came), color=DARK, linewidth=1.4, label=labels[0])
    axes.plot(days, _floats(found.said), color=ACCENT, linewidth=1.4, label=labels[1])
    if found.champion:
        champion = _floats(found.champion)
        axes.plot(_days(found.champion_days), champion, color=MUTED, linewidth=1.2, linestyle="--", label=labels[2])
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper left", bbox_to_anchor=(0, 1.18))
    _dates(axes, days, language)
    _numbers(axes.yaxis, language)
    return _embedded(figure)


def calibration(chances: Mapping[str, Chances], labels: tuple[str, str, str], language: str) -> str:
    """How often it came true against the chance that was told, by whose it is.

    labels: of the axes and of the line.
    """
    figure, axes = _figure(4.6, 3.6)
    axes.plot([0, 1], [0, 1], color=DARK, linewidth=1, linestyle="--", label=labels[2])
    for (name, found), colour in zip(chances.items(), (ACCENT, MUTED), strict=False):
        told, came = _floats(found.told), _floats(found.came)
        axes.plot(told, came, color=colour, linewidth=1.4, marker="o", markersize=4, label=name)
    return _told(figure, axes, labels, language)


def against(found: Cases, labels: tuple[str, str, str], language: str) -> str:
    """What happened against what was predicted, a dot each. labels: of the axes, and of the line where both agree."""
    figure, axes = _figure(4.6, 3.6)
    said, came = _floats(found.said), _floats(found.came)
    ends = [float(np.nanmin([said, came])), float(np.nanmax([said, came]))]
    axes.scatter(said, came, s=10, color=ACCENT, alpha=0.5, linewidths=0)
    axes.plot(ends, ends, color=DARK, linewidth=1, linestyle="--", label=labels[2])
    return _told(figure, axes, labels, language)


def durations(rows: Sequence[tuple[str, float, float]], labels: tuple[str, str], language: str) -> str:
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
    _numbers(axes.xaxis, language)
    return _embedded(figure)


def _told(figure: Figure, axes: Axes, labels: tuple[str, str, str], language: str) -> str:
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.legend(frameon=False, fontsize=8)
    _numbers(axes.xaxis, language)
    _numbers(axes.yaxis, language)
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


def _numbers(axis: Axis, language: str) -> None:
    axis.set_major_formatter(lambda value, _place: measures.figure(value, language))


def _dates(axes: Axes, days: np.ndarray, language: str) -> None:
    from babel.dates import format_skeleton

    ticks = days[:: -(-len(days) // MOST_TICKS)]
    axes.set_xticks(ticks, [format_skeleton("MMMd", day, locale=locale_of(language)) for day in ticks.tolist()])


def _days(days: Sequence[str]) -> np.ndarray:
    return np.array(days, "datetime64[s]")


def _floats(values: Numbers) -> np.ndarray:
    return np.array(values, float)


def _embedded(figure: Figure) -> str:
    """PNG as a data URI: Markdown readers that refuse embedded SVG show it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
