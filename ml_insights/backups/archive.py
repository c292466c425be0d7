"""The archive: a ZIP file whose manifest is written last and checked first.

ZIP, because its directory stands at the end: a file that was cut off cannot be opened at all, and the manifest of a
large one is read without unpacking it. See docs/decisions/0012-backup-archive.md.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from ml_insights.backups.errors import ChangedBackup, NotABackup
from ml_insights.backups.manifest import MANIFEST, MOST_BYTES, BadManifest, Manifest, Member

CHUNK = 1024**2
SENSELESS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises on bytes that make no sense."""
OnBytes = Callable[[int], None]


class Writer:
    """Adds members to an open ZIP file and remembers their sizes and checksums."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.members: dict[str, Member] = {}

    def add_bytes(self, name: str, data: bytes) -> None:
        """A small member."""
        self._add(name, iter([data]), None)

    def add_file(self, name: str, path: Path, on_bytes: OnBytes) -> None:
        """A member of any size; `on_bytes` hears how many more bytes of it are in."""
        with path.open("rb") as file:
            self._add(name, iter(lambda: file.read(CHUNK), b""), on_bytes)

    def _add(self, name: str, chunks: Iterator[bytes], on_bytes: OnBytes | None) -> None:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if on_bytes:
                    on_bytes(len(chunk))
        self.members[name] = Member(size, digest.hexdigest())

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the directory."""
        self._zip.writestr(MANIFEST, manifest.to_json())
        self._zip.close()

    def abandon(self) -> None:
        """Forget a file that will not be finished: zipfile would try to finish it whenever it is collected."""
        self._zip.fp = None


def read_manifest(path: Path) -> Manifest:
    """The manifest of the archive at `path`, without a look at the rest. Raises NotABackup, ChangedBackup."""
    with _opened(path) as archive:
        return _manifest(archive, path.name)


def check(path: Path, on_bytes: OnBytes, into: Path | None = None) -> Manifest:
    """Compare every byte with its checksum; unpack into the empty folder `into` where one is given.

    Raises NotABackup, ChangedBackup. What was unpacked before the fault is the caller's to remove.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive, path.name)
        _same_names(archive, manifest, path.name)
        for name, member in manifest.members.items():
            _check_member(archive, name, member, path.name, on_bytes, into)
    return manifest


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except SENSELESS as error:
        raise NotABackup(name=path.name) from error


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError as error:
        raise NotABackup(name=name) from error
    try:
        if info.file_size > MOST_BYTES:
            raise BadManifest("too large")
        return Manifest.from_json(archive.read(info))
    except SENSELESS as error:
        raise ChangedBackup(name=name, member=MANIFEST) from error


def _same_names(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
    found, expected = archive.namelist(), {MANIFEST, *manifest.members}
    if len(found) != len(expected) or set(found) != expected:
        strange = sorted(set(found) ^ expected) or found
        raise ChangedBackup(name=name, member=strange[0][:80])


def _check_member(
    archive: zipfile.ZipFile, name: str, member: Member, backup: str, on_bytes: OnBytes, into: Path | None
) -> None:
    digest, size = hashlib.sha256(), 0
    sink = _sink(into / name) if into else None
    try:
        with archive.open(name) as packed:
            while chunk := packed.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > member.size:
                    break
                if sink:
                    sink.write(chunk)
                on_bytes(len(chunk))
    except SENSELESS as error:
        raise ChangedBackup(name=backup, member=name) from error
    finally:
        if sink:
            sink.close()
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise ChangedBackup(name=backup, member=name)


def _sink(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")
