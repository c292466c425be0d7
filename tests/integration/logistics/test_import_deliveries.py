"""Files of deliveries and stops on their way into the tables, and `evaluate route-cost`."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.logistics.tables import Delivery, RouteStop
from tests.unit.ml.route_cost.fleet import fleet

ROWS = """Ruta;Fecha;Flete;Peso;Modo;País;Seguro
1;2024-01-02;1.250,50;100,5;Air;Chile;12
2;2024-01-03;Freight Included in Commodity Cost;80;Air;Perú;1
3;2024-01-04;900;-4;Ocean;Perú;
1;2024-01-05;7;1;Air;Chile;1
"""


def command(*arguments: str) -> tuple[int, str]:
    add_slices()
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, f"{done.output}{done.exception or ''}"


def test_free_columns_become_features_and_bad_rows_are_refused(database: Engine, tmp_path: Path):
    path = tmp_path / "fletes.csv"
    path.write_text(ROWS, encoding="utf-8")
    code, printed = command("import", str(path), "--as", "deliveries", "--map", "vehicle_type=Modo", "--skip-bad")
    assert code == 0, printed
    with Session(database) as session:
        (row,) = session.execute(select(Delivery)).scalars()
    assert (row.route_id, row.cost, row.weight_kg, row.vehicle_type) == ("1", 1250.5, 100.5, "Air")
    assert json.loads(row.features or "") == {"pais": "Chile", "seguro": 12}


def test_the_same_file_twice_adds_nothing(database: Engine, tmp_path: Path):
    path = tmp_path / "deliveries.csv"
    fleet(60).to_csv(path, index=False)
    assert "60 added" in command("import", str(path), "--as", "deliveries")[1]
    assert "0 added + 60 known" in command("import", str(path), "--as", "deliveries")[1]


def test_a_file_needs_distance_or_weight(database: Engine, tmp_path: Path):
    path = tmp_path / "deliveries.csv"
    path.write_text("route_id,departed_at,cost\n1,2024-01-01,5\n")
    code, printed = command("import", str(path), "--as", "deliveries")
    assert code != 0 and "distance_km" in printed


def test_stops_outside_the_earth_are_refused(database: Engine, tmp_path: Path):
    path = tmp_path / "stops.csv"
    path.write_text("route_id,seq,lat,lon\n1,0,-33,-70\n1,1,-95,-70\n1,2,-33,-190\n")
    assert "2 refused" in command("import", str(path), "--as", "stops", "--skip-bad")[1]
    with Session(database) as session:
        assert [(one.seq, one.lat) for one in session.execute(select(RouteStop)).scalars()] == [(0, -33.0)]


def test_evaluate_writes_its_scores(tmp_path: Path):
    fleet(200).to_csv(tmp_path / "deliveries.csv", index=False)
    out = tmp_path / "result.json"
    code, printed = command("evaluate", "route-cost", "--data", str(tmp_path), "--out", str(out))
    assert code == 0, printed
    result = json.loads(out.read_text())
    assert result["capability"] == "route-cost" and {"mae", "wape", "r2", "coverage_80"} <= set(
        result["results"]["model"]
    )
    assert {"per_km", "ols", "ridge_log", "xgboost_log"} <= set(result["results"])


@pytest.mark.parametrize(
    "content",
    ["route_id,departed_at,cost\n1,2024-01-01,5\n", "route_id,departed_at,cost,weight_kg\n1,2024-01-01,5,1\n", ""],
)
def test_evaluate_refuses_what_it_cannot_use(tmp_path: Path, content: str):
    (tmp_path / "deliveries.csv").write_text(content)
    code, _ = command("evaluate", "route-cost", "--data", str(tmp_path), "--out", str(tmp_path / "out.json"))
    assert code != 0 and not (tmp_path / "out.json").exists()
