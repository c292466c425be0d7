"""Where people go after signing in."""

import pytest

from ml_insights.accounts.policy import own_path


@pytest.mark.parametrize("path", ["/", "/ml-insights", "/ml-insights?series=a&x=1", "/users#top"])
def test_own_paths_are_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y", "/a\\b"],
)
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert own_path(path) == "/"
