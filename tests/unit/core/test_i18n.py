"""Messages with values in them, as readers of each language say them."""

import json
import subprocess

import pytest

from ml_insights.core.build import environment
from ml_insights.core.i18n import catalog, gettext
from ml_insights.core.migrations import ROOT

DAYS = "Last purchase {value, plural, one {# day} other {# days}} ago"
CASES = [
    (1, "Last purchase 1 day ago", "Última compra hace 1 día"),
    (2, "Last purchase 2 days ago", "Última compra hace 2 días"),
    (0, "Last purchase 0 days ago", "Última compra hace 0 días"),
    (1234, "Last purchase 1,234 days ago", "Última compra hace 1.234 días"),
    ("1", "Last purchase 1 day ago", "Última compra hace 1 día"),
    ("1.5", "Last purchase 1.5 days ago", "Última compra hace 1.5 días"),
]


@pytest.mark.parametrize(("value", "english", "spanish"), CASES)
def test_one_day_is_no_days(value: object, english: str, spanish: str) -> None:
    assert (gettext(DAYS, "en", value=value), gettext(DAYS, "es", value=value)) == (english, spanish)


def test_pages_say_the_same() -> None:
    module = (ROOT / "assets/js/language.js").read_text()
    module = module.replace('import { useSyncExternalStore } from "react";', "").replace(
        'import "$/public/js/formats.js";', (ROOT / "assets/js/formats.js").read_text()
    )
    asked = [({"en": DAYS, "es": catalog("es")[DAYS]}, {"value": value}) for value, *_ in CASES]
    script = f"""{module}
    console.log(JSON.stringify({json.dumps(asked)}.map(([messages, values]) =>
      [translate("en", messages, values), translate("es", messages, values)])));"""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True, env=environment()
    )
    assert json.loads(done.stdout) == [[english, spanish] for _, english, spanish in CASES]


def test_a_forgotten_number_shows_its_name() -> None:
    assert gettext(DAYS, "en", other=1) == "Last purchase {value} ago"
