"""Rows that went because they were deleted at their source are kept in files, which backups hold too."""

import gzip

import pytest
from sqlalchemy import Engine, delete, text
from sqlmodel import Session, select

from ml_insights.backups import service, writing
from ml_insights.core import clock
from ml_insights.core.settings import settings
from ml_insights.sources.supabase import work
from ml_insights.sources.supabase.removal import kept_in
from ml_insights.sources.tables import SourceRemoval

ACTOR, FILE = "ana@example.com", "products-7.csv.gz"


def went(content: str, file: str = FILE) -> None:
    """A file of rows that went."""
    kept_in(file).parent.mkdir(exist_ok=True)
    kept_in(file).write_bytes(gzip.compress(content.encode()))


@pytest.fixture
def removed(database: Engine) -> Engine:
    """A database that names one such file."""
    went("product_id,name,category,unit_cost\nP7,T\u00e9,,\n")
    with Session(database) as session:
        session.execute(delete(SourceRemoval))
        session.add(SourceRemoval(contract="products", far_table="p", file=FILE, rows=1, removed_at=clock.now()))
        session.commit()
    return database


def test_rows_that_went_can_be_brought_back_after_a_restore(removed: Engine) -> None:
    made = service.create(ACTOR)
    kept_in(FILE).unlink()
    (shown,) = work.removals_shown()
    assert (shown.gone, shown.kept) == (True, False)
    service.restore(made.name, ACTOR, keep_present=False)
    (shown,) = work.removals_shown()
    assert (shown.gone, shown.kept) == (True, True)
    assert work.bring_back(shown.id, ACTOR) == 1
    with removed.connect() as connection:
        assert connection.execute(text("SELECT name FROM products WHERE product_id = 'P7'")).scalar_one() == "T\u00e9"


def test_a_later_file_of_the_same_name_is_not_taken_for_the_one_of_the_backup(removed: Engine) -> None:
    made = service.create(ACTOR)
    went("product_id,name,category,unit_cost\nP8,Mate,,\n")
    service.restore(made.name, ACTOR, keep_present=False)
    with Session(removed) as session:
        (row,) = session.exec(select(SourceRemoval)).all()
    assert row.file != FILE and b"P7" in gzip.decompress(kept_in(row.file).read_bytes())
    assert [path.name for path in kept_in("").iterdir()] == [row.file], "nothing names the later one any more"
    (shown,) = work.removals_shown()
    assert work.bring_back(shown.id, ACTOR) == 1


def test_what_fails_on_the_way_leaves_the_files_as_they_were(removed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = service.create(ACTOR)
    went("product_id,name,category,unit_cost\nP8,Mate,,\n")
    before = kept_in(FILE).read_bytes()

    def fails(*_: object) -> None:
        raise OSError("no room left")

    monkeypatch.setattr(writing.database_kind(), "restore", fails)
    with pytest.raises(Exception, match="no room left"):
        service.restore(made.name, ACTOR, keep_present=False)
    assert {path.name: path.read_bytes() for path in (settings().data_dir / "removed").iterdir()} == {FILE: before}
