"""What the cards of the import page share."""

from typing import Any

import reflex as rx

STACK = {"display": "flex", "flex_direction": "column", "gap": "16px", "min_width": "0"}
ROW = {"display": "flex", "flex_wrap": "wrap", "gap": "12px", "align_items": "center"}
NOTE = {"color": "var(--slate-11)", "font_size": "13px"}


def download_refused(batch: Any) -> Any:
    """Fetch the refused rows of a batch. By an event, because a link would be taken for a page of the site."""
    return rx.download(url="/api/import/" + batch.to_string() + "/refused.csv", filename="refused.csv")
