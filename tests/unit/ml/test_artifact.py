"""Model files: what is written comes back, what was changed does not."""

import json
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from ml import artifact

MANIFEST = artifact.Manifest(
    name="demand",
    version="1",
    kind="tournament",
    trained_at="2026-01-31T00:00:00+00:00",
    training_window=("2023-01-01", "2026-01-30"),
    feature_schema={"y": "float"},
    metrics={"mase": 0.9},
    libraries={"numpy": "2.0"},
)


@pytest.fixture
def digest(tmp_path: Path) -> str:
    return artifact.write(tmp_path, MANIFEST, {"recipes.json": b'{"a":1}', "global.json": b"[1,2]"})


def test_files_come_back_as_they_were_written(tmp_path: Path, digest: str) -> None:
    manifest, files = artifact.read(tmp_path, digest)
    assert files == {"recipes.json": b'{"a":1}', "global.json": b"[1,2]"}
    assert (manifest.name, manifest.training_window) == ("demand", ("2023-01-01", "2026-01-30"))


@pytest.mark.parametrize("name", ["recipes.json", "global.json", "manifest.json"])
def test_a_changed_file_is_not_loaded(tmp_path: Path, digest: str, name: str) -> None:
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b" ")
    with pytest.raises(artifact.BadArtifact, match=name):
        artifact.read(tmp_path, digest)


@pytest.mark.parametrize("name", ["recipes.json", "manifest.json"])
def test_a_missing_file_is_not_loaded(tmp_path: Path, digest: str, name: str) -> None:
    (tmp_path / name).unlink()
    with pytest.raises(artifact.BadArtifact, match="cannot be read"):
        artifact.read(tmp_path, digest)


@pytest.mark.parametrize("name", ["model.pkl", "../escape.json", "manifest.json", "a/b.json", "model"])
def test_unsafe_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(artifact.BadArtifact, match="no name for a model file"):
        artifact.write(tmp_path, MANIFEST, {name: b""})
    assert not list(tmp_path.glob("**/*.*"))


def test_a_manifest_of_another_shape_is_refused() -> None:
    for text in ("[]", "{", '{"name": "demand"}', '{"training_window": 3}'):
        with pytest.raises(artifact.BadArtifact):
            artifact.Manifest.from_json(text)


def test_a_later_format_is_too_new(tmp_path: Path) -> None:
    later = replace(MANIFEST, format=artifact.FORMAT + 1)
    digest = artifact.write(tmp_path, later, {"recipes.json": b"{}"})
    with pytest.raises(artifact.TooNew, match="format 2; this version reads up to 1"):
        artifact.read(tmp_path, digest)
    changed = json.loads(later.to_json()) | {"never_heard_of": 1}
    with pytest.raises(artifact.TooNew):
        artifact.Manifest.from_json(json.dumps(changed))


def test_a_manifest_from_before_formats_is_read() -> None:
    values = json.loads(MANIFEST.to_json())
    del values["format"]
    assert artifact.Manifest.from_json(json.dumps(values)) == MANIFEST


@pytest.mark.parametrize(("numpy", "fits"), [("1.26.4", True), (None, True), ("999.0", False)])
def test_a_library_of_a_later_major_version_is_too_new(tmp_path: Path, numpy: str | None, fits: bool) -> None:
    libraries = {"numpy": numpy or version("numpy"), "surely-not-installed": "7.0"}
    digest = artifact.write(tmp_path, replace(MANIFEST, libraries=libraries), {})
    if fits:
        assert artifact.read(tmp_path, digest)[0].libraries == libraries
    else:
        with pytest.raises(artifact.TooNew, match=r"numpy 999\.0; .* is installed"):
            artifact.read(tmp_path, digest)


def test_missing_libraries_are_left_out() -> None:
    assert set(artifact.library_versions("numpy", "surely-not-installed")) == {"numpy"}


def test_json_refuses_numbers_that_it_cannot_write() -> None:
    assert artifact.as_json({"b": 1, "a": "ñ"}) == '{"a":"ñ","b":1}'.encode()
    with pytest.raises(ValueError):
        artifact.as_json({"a": float("nan")})
