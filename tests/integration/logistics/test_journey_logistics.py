"""From a file of deliveries to an estimate, a decision, and the outcome that matures."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.queries import active_dataset
from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.core.database import reading, transaction
from ml_insights.ledger.jobs import mature_outcomes
from ml_insights.ledger.queries import story
from ml_insights.logistics import queries
from ml_insights.logistics.errors import RouteTaken
from ml_insights.logistics.facts import RouteAsked
from ml_insights.logistics.queries import Filter
from ml_insights.logistics.service import estimating, planning
from tests.integration.logistics.conftest import compute
from tests.integration.logistics.sample import FIRST, VAN, trips

HEADER = "Ruta;Salida;Costo;Km;Peso;Paradas;Vehiculo;Zona"


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    """A file as a Chilean spreadsheet writes it: semicolons, decimal commas, headers in Spanish."""
    lines = [HEADER]
    for row in rows:
        zone = str(row["features"]).split('"')[3]
        cost, distance = (f"{row[name]:.2f}".replace(".", ",") for name in ("cost", "distance_km"))
        at = row["departed_at"].isoformat()  # pyright: ignore[reportAttributeAccessIssue]
        cells = (row["route_id"], at, cost, distance, row["weight_kg"], row["stops"], row["vehicle_type"], zone)
        lines.append(";".join(map(str, cells)))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def imported(path: Path) -> str:
    add_slices()
    done = CliRunner().invoke(app, ["import", str(path), "--as", "deliveries"])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_route_is_estimated_decided_driven_and_measured(database: Engine, tmp_path: Path):
    rows = trips(0, 120)
    assert "240 added" in imported(written(tmp_path / "despachos.csv", rows))
    assert compute().error_in("en") == ""

    with transaction() as session:
        dataset = active_dataset(session)
        desk = estimating.open_desk(session, dataset)
        assert dataset == Dataset.COMPANY and {"zona"} <= {one.name for one in desk.release.inputs}
        asked = RouteAsked(FIRST + timedelta(days=121), 150.0, 600.0, 4, VAN, {"zona": "south"})
        (told,) = estimating.estimate(desk, [asked])
        saved = planning.save(session, dataset, told, desk.version, "ana@example.com", "T-1")
        planning.accept(session, dataset, saved.route_id, "ana@example.com")
    assert told.lo_80 < told.expected < told.hi_80
    assert told.expected == pytest.approx(20_000 + 400 * 150 + 3 * 600 + 15_000, rel=0.2)

    driven = trips(121, 1)[0] | {"route_id": "T-1", "cost": 99_000.0}
    imported(written(tmp_path / "more.csv", [driven]))
    mature_outcomes(lambda share, message, **values: None)

    with reading() as session:
        told_later = story(session, Dataset.COMPANY, "route/T-1")
        (planned,) = queries.history(session, Dataset.COMPANY, Filter(search="T-1"))
    (prediction,), (decision,) = told_later.predictions, told_later.decisions
    assert prediction.outcome is not None and prediction.outcome.actual == 99_000.0
    assert prediction.model == "route-cost/1" and prediction.reasons and "zona" in prediction.reasons
    assert (decision.action, decision.prediction_id, decision.by) == ("use-vehicle", prediction.id, "ana@example.com")
    assert planned.actual == 99_000.0 and planned.expected == pytest.approx(told.expected)
    assert planned.accepted_at is not None


def test_what_was_driven_cannot_be_estimated_any_more(trained: Engine):
    with Session(trained) as session:
        desk = estimating.open_desk(session, Dataset.COMPANY)
        (told,) = estimating.estimate(desk, [RouteAsked(clock.now(), 100.0, 500.0, 3, VAN)])
        with pytest.raises(RouteTaken):
            planning.save(session, Dataset.COMPANY, told, desk.version, "ana@example.com", "Van-5")


def test_days_of_the_fleet_mature_once_later_trips_are_known(trained: Engine):
    from tests.integration.logistics.sample import drive

    drive(120, 30)
    mature_outcomes(lambda share, message, **values: None)
    with reading() as session:
        told = story(session, Dataset.COMPANY, "fleet/Van")
    assert told.predictions and all(one.outcome for one in told.predictions)
    actual = [one.outcome.actual for one in told.predictions if one.outcome and one.outcome.actual is not None]
    assert len(actual) > 5
