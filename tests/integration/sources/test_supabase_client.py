"""How a project is asked: with patience where that helps, at once with an answer where it does not."""

from collections.abc import Iterator

import pytest

from ml_insights.sources.supabase.client import ATTEMPTS, LONGEST_PAUSE_SECONDS, Access, Project
from ml_insights.sources.supabase.errors import BadAddress, BadKey, KeyRefused, NotAProject, SourceDown, SourceRefused
from tests.faulty_proxy import ANSWERS, Proxy, faulty_proxy

KEY = "sb_secret_never_shown"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A server that describes itself and has nothing behind it."""
    with faulty_proxy("http://127.0.0.1:9") as between:
        between.root = {"definitions": {}}
        yield between


def project(proxy: Proxy, pauses: list[float]) -> Project:
    return Project(Access(proxy.url, KEY, 5.0), pauses.append)


def test_it_waits_as_long_as_it_is_asked_to(proxy: Proxy):
    pauses: list[float] = []
    proxy.suffer("busy", times=2)
    assert project(proxy, pauses).description() == {"definitions": {}}
    assert pauses == [7.0, 7.0]


def test_what_asks_for_too_much_patience_is_down_for_now(proxy: Proxy):
    pauses: list[float] = []
    proxy.suffer("very busy")
    with pytest.raises(SourceDown) as caught:
        project(proxy, pauses).description()
    assert "HTTP 429" in caught.value.message("en") and proxy.requests == 1 and pauses == []


NO_DATABASE = ("no connection", "no server", "no cache", "no pool")
"""PGRST000 to PGRST003."""


@pytest.mark.parametrize("fault", ["unavailable", *NO_DATABASE, "timeout", "down"])
def test_trouble_is_tried_again_with_growing_pauses(proxy: Proxy, fault: str):
    pauses: list[float] = []
    proxy.suffer(fault)
    with pytest.raises(SourceDown):
        project(proxy, pauses).description()
    assert proxy.requests == ATTEMPTS
    assert pauses == sorted(pauses) and pauses[0] < pauses[-1] < LONGEST_PAUSE_SECONDS


def test_a_refused_key_is_told_at_once_and_without_it(proxy: Proxy):
    proxy.suffer("revoked")
    with pytest.raises(KeyRefused) as caught:
        project(proxy, []).rows("pedidos", lambda table: table.select("*"))
    assert proxy.requests == 1 and "Invalid API key" in caught.value.message("en")
    with pytest.raises(KeyRefused):
        project(proxy, []).require_project()


def test_an_answer_that_repeats_the_key_is_not_repeated(proxy: Proxy, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ANSWERS, "chatty", (400, {"code": "PGRST100", "message": f"cannot parse {KEY}"}, {}))
    proxy.suffer("chatty")
    with pytest.raises(SourceRefused) as caught:
        project(proxy, []).rows("pedidos", lambda table: table.select("*"))
    assert "PGRST100" in caught.value.message("en") and KEY not in str(caught.value.values)


def test_a_redirect_is_not_followed_for_it_would_take_the_key_along(proxy: Proxy):
    proxy.suffer("moved")
    with pytest.raises(SourceRefused) as caught:
        project(proxy, []).rows("pedidos", lambda table: table.select("*"))
    assert "https://elsewhere.example" in caught.value.message("en")
    with pytest.raises(NotAProject):
        project(proxy, []).require_project()


def test_a_key_that_cannot_be_one_is_never_sent(proxy: Proxy):
    with pytest.raises(BadKey):
        Project(Access(proxy.url, "two words")).description()
    assert proxy.requests == 0


def test_a_name_that_stands_for_a_forbidden_number_is_refused(proxy: Proxy):
    with pytest.raises(BadAddress):
        Project(Access("http://2852039166", KEY)).description()


def test_the_key_never_shows_where_the_access_does(proxy: Proxy):
    assert KEY not in repr(Access(proxy.url, KEY))
