"""What the command is told and cannot follow is refused, never passed over."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ml_insights.sources.cli import import_command
from ml_insights.sources.errors import UnknownColumn
from ml_insights.sources.facts import Choices
from ml_insights.sources.understanding import look_at, require_headers

FILE = "Pedido;Fecha;SKU;Cantidad;Precio\nA1;2024-01-15;P1;2;1990\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ventas.csv"
    path.write_text(FILE)
    return path


def test_a_decimal_sign_that_is_none_is_refused(file: Path) -> None:
    app = typer.Typer()
    app.command()(import_command)
    assert CliRunner().invoke(app, [str(file), "--decimal", "x"]).exit_code == 2


def test_a_header_to_leave_out_has_to_be_there(file: Path) -> None:
    found = look_at(file, "orders", Choices(), limit_mb=1, zone="UTC")
    require_headers(found, ("Precio",), "ventas.csv")
    with pytest.raises(UnknownColumn):
        require_headers(found, ("Nada",), "ventas.csv")
