"""What people type as the address and key of a project."""

import pytest

from ml_insights.sources.supabase.address import checked_key, is_open, never_a_server, project_address
from ml_insights.sources.supabase.errors import BadAddress, BadKey


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://abcd.supabase.co/ ", "https://abcd.supabase.co"),
        ("https://abcd.supabase.co/rest/v1/", "https://abcd.supabase.co"),
        ("https://abcd.supabase.co/rest/v1/orders", "https://abcd.supabase.co"),
        ("https://supabase.com/dashboard/project/abcd/settings/api", "https://abcd.supabase.co"),
        ("http://192.168.1.20:8000", "http://192.168.1.20:8000"),
        ("http://[fd00::1]:8000", "http://[fd00::1]:8000"),
        ("https://shop.example/supabase/", "https://shop.example/supabase"),
        ("HTTPS://ABCD.supabase.co", "https://abcd.supabase.co"),
    ],
)
def test_what_is_meant_is_taken(typed: str, address: str):
    assert project_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abcd.supabase.co",
        "ftp://abcd.supabase.co",
        "file:///etc/passwd",
        "https://",
        "https://a b.co",
        "https://user:word@abcd.supabase.co",
        "https://abcd.supabase.co?apikey=x",
        "https://abcd.supabase.co#x",
        "https://abcd.supabase.co:port",
        "http://169.254.169.254",
        "http://[fe80::1]",
        "http://0.0.0.0",
        "https://supabase.com/docs",
        "postgresql://postgres:word@db.abcd.supabase.co:5432/postgres",
    ],
)
def test_what_cannot_be_meant_is_refused_in_both_languages(typed: str):
    with pytest.raises(BadAddress) as caught:
        project_address(typed)
    for language in ("en", "es"):
        assert "word" not in caught.value.message(language)
        assert "{" not in caught.value.message(language)


def test_a_key_is_taken_without_blanks_and_never_repeated():
    assert checked_key(" sb_secret_x\n") == "sb_secret_x"
    for wrong in ("", "two words", "clé", "a\nb"):
        with pytest.raises(BadKey) as caught:
            checked_key(wrong)
        assert not wrong or wrong not in caught.value.message("en")


def test_a_key_on_its_way_in_the_open_is_noticed():
    assert is_open("http://shop.example") and is_open("http://8.8.8.8")
    for safe in ("https://shop.example", "http://localhost:8000", "http://10.0.0.2", "http://supabase.local"):
        assert not is_open(safe)


def test_names_and_private_numbers_may_be_servers():
    assert not any(map(never_a_server, ("abcd.supabase.co", "127.0.0.1", "10.0.0.2", "8.8.8.8", "::1")))
