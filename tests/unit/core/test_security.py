"""Tokens and stored credentials."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ml_insights.core import security
from ml_insights.core.settings import settings


def test_tokens_differ_and_only_their_digest_matches() -> None:
    token, other = security.new_token(), security.new_token()
    assert token != other
    assert security.matches(token, security.digest(token))
    assert not security.matches(other, security.digest(token))
    assert token not in security.digest(token)


def test_a_credential_comes_back_and_its_stored_form_hides_it() -> None:
    stored = security.encrypt("contraseña-123")
    assert "contraseña" not in stored
    assert security.decrypt(stored) == "contraseña-123"


def test_the_generated_key_is_private_and_kept(data_dir: Path) -> None:
    stored = security.encrypt("x")
    path = data_dir / security.KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert security.decrypt(stored) == "x"


def test_processes_that_start_together_agree_on_one_key(data_dir: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(security.encrypt, ["a"] * 16))
    assert {security.decrypt(text) for text in stored} == {"a"}
    assert [path.name for path in data_dir.iterdir()] == [security.KEY_FILE]


def test_another_key_cannot_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = security.encrypt("x")
    monkeypatch.setenv("SECRET_KEY", "another secret")
    settings.cache_clear()
    with pytest.raises(security.CredentialUnreadable):
        security.decrypt(stored)


def test_a_secret_key_of_any_form_works(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "ñ short")
    settings.cache_clear()
    assert security.decrypt(security.encrypt("x")) == "x"
    assert not (data_dir / security.KEY_FILE).exists()
