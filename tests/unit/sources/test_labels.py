"""What the columns of files are called on pages."""

import pytest

from ml.frames import CONTRACTS
from ml_insights.core.i18n import gettext
from ml_insights.sources.labels import COLUMN_TITLES, column_title, who

COLUMNS = [(contract, column.name) for contract in COLUMN_TITLES for column in CONTRACTS[contract].columns]


@pytest.mark.parametrize(("contract", "column"), COLUMNS)
def test_every_column_of_files_has_a_title_and_a_note_in_both_languages(contract: str, column: str) -> None:
    assert column_title(contract, column, "en") != column
    assert column_title(contract, column, "es") not in ("", column)
    note = CONTRACTS[contract].column(column).description
    assert gettext(note, "es") != note


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        ("ana@example.com", "ana@example.com"),
        ("api-key:7", "clave de API 7"),
        ("command line", "la línea de comandos"),
        ("supabase", "Supabase"),
        ("", ""),
    ],
)
def test_whoever_acted_is_named_in_words(actor: str, told: str) -> None:
    assert who(actor, "es") == told
