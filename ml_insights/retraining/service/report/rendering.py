"""A report as HTML that is safe to show: no raw HTML of the text is passed on, and images only from within it."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt

IMAGES = ("data:image/png;base64,", "data:image/svg+xml;base64,")


@lru_cache
def _renderer() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    # An <img> runs no script of an SVG, and nothing else may be embedded.
    made.validateLink = lambda url: url.startswith((*IMAGES, "#", "/", "https://"))
    return made


def as_html(markdown: str) -> str:
    """HTML of a report; its tables can be scrolled sideways on a phone."""
    html = _renderer().render(markdown)
    scrolled = html.replace("<table>", '<div class="figures-scroll" tabindex="0"><table class="figures">')
    return scrolled.replace("</table>", "</table></div>")
