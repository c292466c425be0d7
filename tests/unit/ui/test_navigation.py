"""What each role finds in the menu, and where it is told to be."""

import pytest

from ml_insights.core.access import MATRIX, Area, Role
from ml_insights.core.capability import Page
from ml_insights.ui import navigation
from ml_insights.ui.shell import route_styles

PAGES = (
    Page("/", "Overview", "x:y", area=Area.OVERVIEW, group="Home"),
    Page("/demand", "ML Insights", "x:y", area=Area.DEMAND, group="Machine Learning", tab_label="Demand"),
    Page("/demand/tests", "Tests", "x:y", area=Area.DEMAND, tab_of="/demand", tab_label="Backtest"),
    Page("/users", "Users", "x:y", area=Area.USERS, group="Administration"),
    Page("/odd", "Odd", "x:y", area=Area.USERS, group="Elsewhere"),
    Page("/sign-in", "Sign in", "x:y", public=True),
)


@pytest.fixture(autouse=True)
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site of six pages."""
    monkeypatch.setattr(navigation, "pages", lambda: PAGES)
    monkeypatch.setattr("ml_insights.ui.shell.pages", lambda: PAGES)


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_follows_the_matrix(role: Role) -> None:
    routes = navigation.allowed_routes(role)
    assert routes == [page.route for page in PAGES if page.area and role in MATRIX[page.area]]


def test_nobody_finds_nothing() -> None:
    assert navigation.allowed_routes(None) == []


def test_groups_keep_their_order_and_unknown_ones_come_last() -> None:
    assert [group for group, _ in navigation.groups()] == ["Home", "Machine Learning", "Administration", "Elsewhere"]


@pytest.mark.parametrize("route", ["/demand", "/demand/tests"])
def test_tabs_are_the_same_from_every_member(route: str) -> None:
    assert [page.route for page in navigation.family(route)] == ["/demand", "/demand/tests"]


def test_breadcrumbs_lead_back() -> None:
    assert navigation.trail("/demand/tests") == [
        ("Machine Learning", None),
        ("ML Insights", "/demand"),
        ("Backtest", None),
    ]
    assert navigation.trail("/demand") == [("Machine Learning", None), ("ML Insights", None)]
    assert navigation.trail("/nowhere") == []


def test_a_link_shows_only_when_its_route_is_allowed() -> None:
    styles = route_styles()
    assert styles.startswith("[data-route],[data-group]{display:none}")
    assert 'html[data-routes~="/users"] [data-route="/users"]' in styles
    assert 'html[data-routes~="/users"] [data-group="Administration"]' in styles
    assert "/sign-in" not in styles
