"""Structured logs on stderr: one line an event, as text or JSON, with request and job ids and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from ml_insights.core.settings import Settings, settings

if TYPE_CHECKING:
    from structlog.typing import Processor

REDACTED = "[redacted]"
SECRET_NAME = re.compile(r"passw|secret|token|api_?key|authorization|cookie|credential|service_key|anon_key", re.I)
PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
QUIET = ("alembic", "httpx", "httpcore", "hpack", "cmdstanpy", "prophet", "watchfiles", "asyncio", "choreographer")
"""Libraries that tell every small step; only their warnings are for our readers."""


def configure(chosen: Settings | None = None) -> None:
    """Send every log of the process, the libraries' too, through one format that hides secrets."""
    chosen = chosen or settings()
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_worth_telling)
    handler.setFormatter(_Formatter(chosen))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen.log_level.upper())


def _worth_telling(record: logging.LogRecord) -> bool:
    """A filter, since some libraries set their own level when they are imported."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in QUIET


def get_logger(name: str) -> Any:
    """A logger whose calls take an event in words and its values by name: `log.info("imported", rows=3)`."""
    import structlog

    structlog.configure(
        processors=[*_gathering(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    return structlog.stdlib.get_logger(name)


@contextmanager
def context(**ids: Any) -> Iterator[None]:
    """Put ids (`request_id`, `job_id` …) on every line that is logged inside the block."""
    import structlog

    with structlog.contextvars.bound_contextvars(**ids):
        yield


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what a field's name or a value's form gives away as a secret, at any depth."""
    return {name: _hide(name, value) for name, value in event.items()}


def _hide(name: str, value: Any) -> Any:
    if SECRET_NAME.search(name) and not isinstance(value, bool | int | float | None):
        return REDACTED
    if isinstance(value, SecretStr):
        return REDACTED
    if isinstance(value, dict):
        return {key: _hide(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hide("", inner) for inner in value]
    return _hide_in_text(value) if isinstance(value, str) else value


def _hide_in_text(text: str) -> str:
    text = PASSWORD_IN_URL.sub(rf"\1:{REDACTED}@", text)
    return BEARER.sub(rf"\1 {REDACTED}", text)


def _known_secrets(chosen: Settings) -> Processor:
    """Hides the installation's own secrets wherever they turn up, tracebacks included."""
    fields = (getattr(chosen, name) for name in type(chosen).model_fields)
    secrets = [field.get_secret_value() for field in fields if isinstance(field, SecretStr)]
    known = [secret for secret in secrets if len(secret) >= 6]

    def hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name, value in event.items():
            for secret in known:
                if isinstance(value, str) and secret in value:
                    value = event[name] = value.replace(secret, REDACTED)
        return event

    return hide


class _Formatter(logging.Formatter):
    """Made whole by its first line: structlog takes a quarter of a second to import, and most commands log nothing."""

    def __init__(self, chosen: Settings) -> None:
        super().__init__()
        self.chosen = chosen

    def format(self, record: logging.LogRecord) -> str:
        return self._structured.format(record)

    @cached_property
    def _structured(self) -> logging.Formatter:
        import structlog

        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_gathering(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                _known_secrets(self.chosen),
                _renderer(self.chosen),
            ],
        )


def _gathering() -> list[Processor]:
    """What is put on every line, ours and the libraries'."""
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _renderer(chosen: Settings) -> Processor:
    import structlog

    if chosen.log_format == "json":
        return structlog.processors.JSONRenderer(default=str)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


def plainly(handler: logging.Handler) -> None:
    """Give `handler` what is worth telling, as text for people: no time or level, and never a secret."""
    import structlog

    def plain(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
        text, trace = str(event.pop("event", "")), event.pop("exception", "")
        values = [f"{name}={value}" for name, value in event.items() if not name.startswith("_")]
        return "\n".join(filter(None, [" ".join([text, *values]), trace]))

    gathering = [structlog.stdlib.PositionalArgumentsFormatter(), structlog.processors.format_exc_info]
    hiding = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, _known_secrets(settings())]
    handler.addFilter(_worth_telling)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=gathering, processors=[*hiding, plain]))
