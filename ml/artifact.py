"""Model files that are safe to load: a folder of JSON and ONNX with a manifest and a digest, never pickle.

The manifest names what the model is and the SHA-256 of every file; `digest` covers the manifest as well, so that
whoever keeps the digest (a database row) notices any later change. Whether an ONNX file answers as the trained model
does is checked by `ml.parity`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any

FORMAT = 1
"""Of the manifest that this code writes; it reads this one and those before."""
MANIFEST = "manifest.json"
SAFE_SUFFIXES = frozenset({".json", ".onnx", ".ubj"})


class BadArtifact(ValueError):
    """A model folder that is incomplete or was changed after it was written."""


class TooNew(BadArtifact):
    """A model folder that a newer version of this product, or of a library, wrote."""


@dataclass(frozen=True)
class Manifest:
    """What a stored model is. Dates are ISO 8601 text; `files` maps each file's name to its SHA-256 in hex.

    `libraries` maps the distributions that are needed to read it to the versions that wrote it.
    """

    name: str
    version: str
    kind: str
    trained_at: str
    training_window: tuple[str, str]
    feature_schema: dict[str, str]
    metrics: dict[str, float]
    libraries: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        """Canonical text: the same manifest always gives the same bytes."""
        return json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest that `to_json` wrote. Raises BadArtifact, TooNew where a later format says more than we know."""
        try:
            values = json.loads(text)
            if values.get("format", FORMAT) > FORMAT:
                raise TooNew(f"its manifest has format {values['format']}; this version reads up to {FORMAT}")
            return cls(**{**values, "training_window": tuple(values["training_window"])})
        except TooNew:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadArtifact(f"manifest cannot be read: {error}") from error


def sha256(data: bytes) -> str:
    """Digest of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def library_versions(*names: str) -> dict[str, str]:
    """Installed version of each named distribution; those that are not installed are left out."""
    return {name: found for name in names if (found := _installed(name))}


@lru_cache
def _installed(name: str) -> str | None:
    """Looked up once per process: a millisecond each, which every load of a model would pay."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def refuse_newer_libraries(libraries: Mapping[str, str]) -> None:
    """Raise TooNew where a major version that wrote the model is above the installed one; what is missing may be so."""
    for name, installed in library_versions(*libraries).items():
        if _major(libraries[name]) > _major(installed):
            raise TooNew(f"it was written with {name} {libraries[name]}; {installed} is installed")


def _major(release: str) -> int:
    first = release.partition(".")[0]
    return int(first) if first.isdigit() else 0


def write(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> str:
    """Write files and manifest into the existing, empty `folder`; returns the digest. BadArtifact on a bad name, and
    OSError where the disk refuses."""
    for name, data in files.items():
        _check_name(name)
        _write(folder / name, data)
    named = {name: sha256(data) for name, data in files.items()}
    text = Manifest(**{**asdict(manifest), "files": named}).to_json().encode()
    _write(folder / MANIFEST, text)
    return sha256(text)


def _write(path: Path, data: bytes) -> None:
    """Down to the disk, which may say only then that it is full."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path, digest: str) -> tuple[Manifest, dict[str, bytes]]:
    """Manifest and files of `folder`, once every digest has been found right. Raises BadArtifact or TooNew."""
    text = _bytes(folder / MANIFEST)
    if sha256(text) != digest:
        raise BadArtifact(f"{MANIFEST} is not the one that was registered")
    manifest = Manifest.from_json(text.decode())
    refuse_newer_libraries(manifest.libraries)
    return manifest, {name: _verified(folder, name, expected) for name, expected in manifest.files.items()}


def _verified(folder: Path, name: str, expected: str) -> bytes:
    _check_name(name)
    data = _bytes(folder / name)
    if sha256(data) != expected:
        raise BadArtifact(f"{name} was changed after it was written")
    return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadArtifact(f"{path.name} cannot be read: {error.strerror}") from error


def _check_name(name: str) -> None:
    plain = PurePosixPath(name)
    if len(plain.parts) != 1 or name == MANIFEST or plain.suffix not in SAFE_SUFFIXES:
        raise BadArtifact(f"{name!r} is no name for a model file: use {', '.join(sorted(SAFE_SUFFIXES))}")


def as_json(value: Any) -> bytes:
    """Compact UTF-8 JSON of a recipe. Raises ValueError on NaN, which JSON does not know."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
