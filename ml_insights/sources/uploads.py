"""Files that people upload, kept below DATA_DIR until their import is over."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

from ml_insights.core.settings import settings
from ml_insights.sources.errors import FileTooLarge, UploadCutOff

REFUSED = "refused.jsonl"
PROGRESS = "progress"
FILE = "file"


def folder() -> Path:
    """Where uploads are kept."""
    return settings().data_dir / "uploads"


def path_of(key: str) -> Path:
    """The upload called `key`."""
    return folder() / key / FILE


def refused_of(key: str) -> Path:
    """The log of the rows that were refused when `key` was checked."""
    return folder() / key / REFUSED


def progress_of(key: str) -> Path:
    """Says how far the work on `key` is, while there is any."""
    return folder() / key / PROGRESS


async def receive(name: str, chunks: AsyncIterator[bytes], length: int | None, limit_mb: int) -> str:
    """Store a stream, and give the key that it is found by.

    Raises FileTooLarge as soon as that is known, and UploadCutOff where fewer bytes came than `length` announced;
    nothing is kept then, nor when the sender goes away.
    """
    if length is not None and length > limit_mb << 20:
        raise FileTooLarge(file=name, size_mb=-(-length >> 20), limit_mb=limit_mb)
    key = token_hex(16)
    target = path_of(key)
    target.parent.mkdir(parents=True)
    received = 0
    try:
        with target.open("wb") as file:
            async for chunk in chunks:
                received += len(chunk)
                if received > limit_mb << 20:
                    raise FileTooLarge(file=name, size_mb=-(-received >> 20), limit_mb=limit_mb)
                file.write(chunk)
        if length is not None and received != length:
            raise UploadCutOff(file=name, received=received, length=length)
    except BaseException:
        discard(key)
        raise
    return key


def discard(key: str) -> None:
    """Forget the upload and what was found in it. An empty key is nobody's."""
    if key:
        shutil.rmtree(folder() / key, ignore_errors=True)


def drop_file(key: str) -> None:
    """Forget the uploaded file and the text of its sheets, but keep its refused rows for whoever wants to mend them."""
    for path in (folder() / key).glob(f"{FILE}*"):
        path.unlink(missing_ok=True)
