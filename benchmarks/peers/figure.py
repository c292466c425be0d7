"""The demand page's figure as the peers draw it: history, forecast and its two bands, from a file made beforehand."""

import json
import os
from pathlib import Path
from typing import Any

import plotly.graph_objects as go


def figure() -> go.Figure:
    """Scatter traces alone, the bands as filled outlines, as on our page."""
    data: dict[str, Any] = json.loads(Path(os.environ["FIGURE"]).read_text())
    drawn = go.Figure()
    drawn.add_scatter(x=data["days"], y=data["history"], mode="lines", name="History")
    for level, colour in ((95, "rgba(80,80,200,.15)"), (80, "rgba(80,80,200,.3)")):
        outline = data[f"hi_{level}"] + data[f"lo_{level}"][::-1]
        ahead = data["date"] + data["date"][::-1]
        drawn.add_scatter(x=ahead, y=outline, fill="toself", fillcolor=colour, line_width=0, name=f"{level} %")
    drawn.add_scatter(x=data["date"], y=data["mean"], mode="lines", line_dash="dash", name="Forecast")
    return drawn
