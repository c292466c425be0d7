"""Reports are shown as HTML that can do nothing."""

import pytest

from ml_insights.retraining.service.report.rendering import as_html


def test_headings_tables_and_own_images_are_shown() -> None:
    html = as_html("# Title\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n![Chart](data:image/png;base64,AAAA)\n")
    assert "<h1>Title</h1>" in html
    assert '<div class="figures-scroll" tabindex="0"><table class="figures">' in html
    assert '<img src="data:image/png;base64,AAAA" alt="Chart" />' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "![x](https:evil)",
        "![x](data:text/html;base64,AAAA)",
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_what_could_act_is_text(hostile: str) -> None:
    html = as_html(hostile)
    assert "<script" not in html and "<img" not in html and "href=" not in html
