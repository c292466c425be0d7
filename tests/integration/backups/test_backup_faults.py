"""Bad archives, deaths on the way, full disks: nothing half-applied, a clear error, the former state intact."""

import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ml_insights.backups import folder, queries, restore_notes, service
from ml_insights.backups.errors import (
    BackupNotWritten,
    ChangedBackup,
    NewerBackup,
    NotABackup,
    OtherDatabase,
    RestoreFailed,
    RestoreUnderWay,
)
from ml_insights.backups.manifest import Manifest
from ml_insights.core.database import engine
from ml_insights.core.errors import ProductError
from ml_insights.core.migrations import ROOT, NotMigrated
from ml_insights.core.settings import settings
from tests.integration.backups import dying, stock

ACTOR = "ana@example.com"
MOST_STEPS = 300
STRIDES = {"sqlite": 1, "postgresql": 6}
"""Every step on SQLite; PostgreSQL tells one for each table, and several of those will do."""


@pytest.fixture
def two_states(stocked: Engine) -> tuple[str, tuple, tuple]:
    """A backup's name, the state it was made of, and the later one that is in place now."""
    old = (stock.rows(stocked), stock.files())
    made = service.create(ACTOR)
    with Session(stocked) as session:
        stock.train(session, "3")
        session.commit()
    return made.name, old, (stock.rows(stocked), stock.files())


def state(engine: Engine) -> tuple[stock.Rows, dict[str, bytes]]:
    return stock.without_trace(stock.rows(engine)), stock.files()


def process(*arguments: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """`dying` in a process of its own, whose files may not grow beyond `limit` bytes."""
    return subprocess.run(
        [sys.executable, "-m", "tests.integration.backups.dying", *arguments],
        cwd=ROOT,
        env=os.environ.copy(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )


def until_it_survives(verb: str, *arguments: str, after_each: Callable[[int], None]) -> int:
    """Kill a process at one step after the other. Returns at which one it came through."""
    for step in range(1, MOST_STEPS, STRIDES[engine().dialect.name]):
        engine().dispose()
        done = multiprocessing.get_context("fork").Process(target=dying.main, args=(verb, step, *arguments))
        done.start()
        done.join(120)
        after_each(step)
        if done.exitcode == 0:
            return step
        assert done.exitcode == -signal.SIGKILL
    pytest.fail("it never came through")


def test_death_while_making_a_backup_leaves_no_half_one(stocked: Engine) -> None:
    before = state(stocked)

    def look(step: int) -> None:
        assert [fact.name for fact in queries.list_backups() if not fact.readable] == []

    assert until_it_survives("create", after_each=look) > 10
    assert state(stocked) == before
    (made,) = queries.list_backups()
    assert service.verify(made.name).check
    service.create(ACTOR)
    assert [path.name for path in folder.folder().iterdir() if path.name.startswith(folder.DRAFT)] == []


def test_death_while_restoring_leaves_the_former_or_the_restored_state(
    stocked: Engine, two_states: tuple[str, tuple, tuple]
) -> None:
    name, old, new = two_states
    seen = []

    def look(step: int) -> None:
        rows, files = state(stocked)
        seen.append(rows == old[0])
        assert rows == (old if seen[-1] else new)[0]
        wanted = (old if seen[-1] else new)[1]
        assert {path: files.get(path) for path in wanted} == wanted  # files that no row names may be left
        if not seen[-1]:
            assert (run := restore_notes.latest()) is None or not run.active

    assert until_it_survives("restore", name, after_each=look) > 10
    assert seen == sorted(seen) and not seen[0] and seen[-1]


def test_two_backups_at_once_are_both_whole(stocked: Engine) -> None:
    both = [
        subprocess.Popen([sys.executable, "-m", "tests.integration.backups.dying", "create", "0"], cwd=ROOT)
        for _ in range(2)
    ]
    assert [one.wait(120) for one in both] == [0, 0]
    made = queries.list_backups()
    assert len(made) == 2
    assert all(service.verify(one.name).check for one in made)


def test_two_restores_at_once_are_one_too_many(two_states: tuple[str, tuple, tuple], stocked: Engine) -> None:
    with restore_notes.alone("another"), pytest.raises(RestoreUnderWay):
        service.restore(two_states[0], ACTOR)
    assert state(stocked) == two_states[2]


def test_a_full_disk_leaves_no_half_backup(stocked: Engine) -> None:
    earlier = service.create(ACTOR)
    done = process("create", "0", limit=4_000)
    assert BackupNotWritten.__name__ in done.stderr
    assert "too large" in done.stderr or "full" in done.stderr or "I/O" in done.stderr
    assert [path.name for path in folder.folder().iterdir() if path.name != folder.CHECKS] == [earlier.name]
    assert service.verify(earlier.name).check


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_full_disk_while_restoring_changes_nothing(
    stocked: Engine, two_states: tuple[str, tuple, tuple], share: float
) -> None:
    """Once while unpacking; once, on SQLite, while the database is being replaced."""
    with zipfile.ZipFile(folder.folder() / two_states[0]) as archive:
        largest = max(info.file_size for info in archive.infolist())
    done = process("restore", "0", two_states[0], limit=int(largest * share))
    if stocked.dialect.name == "postgresql" and share == 1.0:
        assert done.returncode == 0, "the server has a disk of its own"
        return
    assert RestoreFailed.__name__ in done.stderr
    assert state(stocked) == two_states[2]


@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.9, 0.999])
def test_a_truncated_archive_is_refused(stocked: Engine, two_states: tuple[str, tuple, tuple], kept: float) -> None:
    path = folder.folder() / two_states[0]
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(NotABackup):
        service.restore(path.name, ACTOR)
    with pytest.raises(NotABackup):
        service.verify(path.name)
    (listed,) = queries.list_backups()
    assert not listed.readable
    assert state(stocked) == two_states[2]


def test_a_flipped_byte_is_found_or_harms_nothing(sqlite_database: Engine, tmp_path: Path) -> None:
    stock.fill(sqlite_database)
    made = service.create(ACTOR)
    whole = made.path.read_bytes()
    generator, found = random.Random(7), 0
    for place in sorted(generator.sample(range(len(whole)), 150)):
        flipped = tmp_path / "flipped.zip"
        flipped.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        try:
            assert service.verify(str(flipped)).models == made.models
        except (NotABackup, ChangedBackup):
            found += 1
    assert found > 100


def rewritten(path: Path, target: Path, change: Callable[[dict[str, bytes], Manifest], Manifest]) -> Path:
    """A copy of an archive whose members (a dict that `change` may alter) and manifest are others."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
        manifest = Manifest.from_json(archive.read("manifest.json"))
    manifest = change(members, manifest)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", manifest.to_json())
    return target


def add_stranger(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    members["models/sample/3/../../../../evil.json"] = b"{}"
    return manifest


def name_stranger(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    for name in ("models/company/../../evil/x.json", "/tmp/evil"):
        members[name] = b"{}"
        manifest.members[name] = next(iter(manifest.members.values()))
    return manifest


def drop_one(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    del members[next(name for name in members if name.startswith("models/"))]
    return manifest


def change_one(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    name = next(name for name in members if name.startswith("models/"))
    members[name] = members[name][::-1]
    return manifest


def come_from_the_future(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    return Manifest(**{**manifest.__dict__, "revision": "9999", "product": "9.0"})


def come_from_elsewhere(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    return Manifest(**{**manifest.__dict__, "database": "oracle"})


def count_wrongly(members: dict[str, bytes], manifest: Manifest) -> Manifest:
    return Manifest(**{**manifest.__dict__, "tables": manifest.tables | {"audit_events": 99}})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (add_stranger, ChangedBackup),
        (name_stranger, ChangedBackup),
        (drop_one, ChangedBackup),
        (change_one, ChangedBackup),
        (come_from_the_future, NewerBackup),
        (come_from_elsewhere, OtherDatabase),
        (count_wrongly, ChangedBackup),
    ],
    ids=lambda value: value.__name__,
)
def test_an_archive_that_breaks_its_own_rules_is_refused(
    stocked: Engine, two_states: tuple[str, tuple, tuple], tmp_path: Path, change: Callable, error: type[ProductError]
) -> None:
    path = rewritten(folder.folder() / two_states[0], tmp_path / "other.zip", change)
    with pytest.raises(error):
        service.restore(str(path), ACTOR)
    assert state(stocked) == two_states[2]
    assert not list(tmp_path.rglob("evil*"))
    run = restore_notes.latest()
    assert run and not run.active and run.outcome == "failed"


def test_a_backup_of_the_other_kind_of_database_is_refused(
    two_states: tuple[str, tuple, tuple], stocked: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.folder() / two_states[0]
    other = "postgresql" if stocked.dialect.name == "sqlite" else "sqlite"
    changed = rewritten(
        path, path.parent / "x.zip", lambda _, manifest: Manifest(**{**manifest.__dict__, "database": other})
    )
    with pytest.raises(OtherDatabase, match=other):
        service.restore(str(changed), ACTOR)
    assert state(stocked) == two_states[2]


def test_a_database_without_tables_has_nothing_to_back_up(stocked: Engine) -> None:
    stock.wipe(stocked)
    with pytest.raises(NotMigrated):
        service.create(ACTOR)
    assert queries.list_backups() == []


def test_a_folder_that_cannot_be_written_is_told(stocked: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = settings().data_dir / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("BACKUP_DIR", str(in_the_way / "backups"))
    settings.cache_clear()
    with pytest.raises(BackupNotWritten, match="Not a directory"):
        service.create(ACTOR)


def test_what_a_dead_restore_unpacked_is_swept(two_states: tuple[str, tuple, tuple]) -> None:
    name = two_states[0]
    assert process("restore", "3", name).returncode == -signal.SIGKILL
    assert list(settings().data_dir.glob(".restore-*/"))
    service.restore(name, ACTOR)
    assert not [path for path in settings().data_dir.glob(".restore-*/") if path.is_dir()]
    shutil.rmtree(folder.folder())
