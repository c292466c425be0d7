"""The built site must not remember where it was built."""

from pathlib import Path

import pytest

from ml_insights.ui.look import Look


def built(folder: Path, code: str) -> Path:
    """A script of a built site."""
    (folder / "assets").mkdir()
    script = folder / "assets" / "env.js"
    script.write_text(code)
    return script


@pytest.mark.parametrize("quote", ['"', "'", "`"])
def test_addresses_become_those_of_the_page(tmp_path: Path, quote: str) -> None:
    script = built(tmp_path, f"e={{EVENT:{quote}ws://localhost:3000/_event{quote},x:{quote}kept{quote}}}")
    Look().post_build(static_dir=tmp_path)
    assert script.read_text() == f'e={{EVENT:(location.origin.replace("http","ws")+"/_event"),x:{quote}kept{quote}}}'


def test_a_build_without_an_address_is_refused(tmp_path: Path) -> None:
    built(tmp_path, "nothing here")
    with pytest.raises(RuntimeError, match="no server address"):
        Look().post_build(static_dir=tmp_path)
