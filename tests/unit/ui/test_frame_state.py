"""What the frame says about the reader and the notices."""

import pytest

from ml_insights.core.capability import Notice
from ml_insights.ui.state import initials, told


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Ana María Pérez", "AP"), ("Ana", "A"), ("  ana  pérez ", "AP"), ("", ""), ("ñandú@correo.cl", "Ñ")],
)
def test_initials(name: str, wanted: str) -> None:
    assert initials(name) == wanted


def test_a_notice_is_told_in_every_language() -> None:
    notice = Notice("info", "Account of {name}", {"name": "Ana"}, route="/import", action="Import orders")
    assert told(notice, ["/", "/import"]) == {
        "kind": "info",
        "en": "Account of Ana",
        "es": "Cuenta de Ana",
        "route": "/import",
        "action_en": "Import orders",
        "action_es": "Importar pedidos",
    }


def test_a_notice_leads_nowhere_that_the_reader_may_not_go() -> None:
    notice = Notice("info", "Account of {name}", {"name": "Ana"}, route="/import", action="Import orders")
    assert told(notice, ["/"])["route"] == ""


def test_a_notice_without_a_way_out_has_no_link() -> None:
    assert told(Notice("warning", "Today"), ["/"]) == {"kind": "warning", "en": "Today", "es": "Hoy", "route": ""}
