"""No secret reaches a log, whatever way it takes."""

import io
import json
import logging as standard
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from ml_insights.core import logging
from ml_insights.core.settings import Settings

SECRET = "correct-horse-battery"


@pytest.fixture
def logged() -> Callable[[], list[dict[str, Any]]]:
    """Configures JSON logs and hands back what was written since."""
    root, written = standard.getLogger(), io.StringIO()
    logging.configure(Settings(log_format="json", log_level="DEBUG", secret_key=SecretStr(SECRET)))
    [handler] = root.handlers
    assert isinstance(handler, standard.StreamHandler)
    handler.setStream(written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize(
    "values",
    [
        {"password": "s3cret-value"},
        {"api_key": "s3cret-value"},
        {"detail": {"access_token": "s3cret-value"}},
        {"rows": [{"Authorization": "s3cret-value"}]},
        {"header": "Bearer s3cret-value"},
        {"url": "postgresql://someone:s3cret-value@db.example/sales"},
        {"key": SecretStr("s3cret-value")},
    ],
)
def test_secrets_are_hidden_by_name_and_by_form(values: dict[str, Any], logged: Callable[[], list[Any]]) -> None:
    logging.get_logger("test").info("connected", **values)
    [line] = logged()
    assert "s3cret-value" not in json.dumps(line)
    assert logging.REDACTED in json.dumps(line)


def test_the_installations_own_secrets_are_hidden_in_any_text(logged: Callable[[], list[Any]]) -> None:
    standard.getLogger("some.library").warning("cannot read %s", f"x{SECRET}x")
    try:
        raise ValueError(f"no such key: {SECRET}")
    except ValueError:
        logging.get_logger("test").exception("failed")
    lines = logged()
    assert len(lines) == 2
    assert SECRET not in json.dumps(lines)
    assert "ValueError" in lines[1]["exception"]


def test_ids_are_on_every_line_of_their_block_and_no_other(logged: Callable[[], list[Any]]) -> None:
    log = logging.get_logger("test")
    with logging.context(request_id="r1"):
        log.info("inside", rows=3)
        standard.getLogger("some.library").info("inside too")
    log.info("outside")
    first, second, third = logged()
    assert (first["request_id"], first["rows"], first["event"]) == ("r1", 3, "inside")
    assert second["request_id"] == "r1"
    assert "request_id" not in third


def test_chatty_libraries_are_heard_from_warnings_on(logged: Callable[[], list[Any]]) -> None:
    chatty = standard.getLogger("prophet.forecaster")
    chatty.setLevel(standard.INFO)
    chatty.info("a small step")
    chatty.warning("trouble")
    assert [line["event"] for line in logged()] == ["trouble"]


def test_text_form_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure(Settings(log_format="text"))
    logging.get_logger("test").info("imported", rows=12)
    assert "imported" in (line := capsys.readouterr().err)
    assert "rows=12" in line
