"""Demand on the command line, in processes of their own."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from tests.integration.demand.conftest import compute

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def command() -> CliRunner:
    add_slices()
    return CliRunner()


def invoke(command: CliRunner, *arguments: str) -> str:
    done = command.invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_forecast_computes_once_and_prints_csv(shop: Engine, command: CliRunner) -> None:
    lines = invoke(command, "forecast", "--series", "milk", "--days", "5", "--csv").splitlines()
    assert lines[0] == "date,mean,lo_80,hi_80,lo_95,hi_95"
    assert len(lines) == 6
    assert json.loads(invoke(command, "forecast", "--json"))["provenance"]["model_version"] == "demand/1"
    assert json.loads(invoke(command, "forecast", "--json", "--recompute"))["provenance"]["model_version"] == "demand/2"


def test_forecast_prints_a_table_with_its_coverage(shop: Engine, command: CliRunner) -> None:
    printed = invoke(command, "forecast", "--days", "3", "--measure", "revenue")
    assert "measured" in printed and "Data until" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--days", "0"], "not 0"), (["--days", "10000"], "not 10000"), (["--series", "braed"], "Brown bread")],
)
def test_forecast_refuses_in_words(shop: Engine, command: CliRunner, arguments: list[str], said: str) -> None:
    compute()
    done = command.invoke(app, ["forecast", *arguments])
    assert done.exit_code == 1 and said in str(done.exception)


def test_forecast_of_a_series_without_one_says_why(shop: Engine, command: CliRunner) -> None:
    compute()
    done = command.invoke(app, ["forecast", "--series", "salt"])
    assert done.exit_code == 1 and "fewer than four days" in done.output


def weekly_series(folder: Path) -> None:
    days = pd.date_range("2025-01-06", periods=120)
    rhythm = 10 + 5 * np.sin(2 * np.pi * days.dayofweek.to_numpy() / 7)
    tables = [pd.DataFrame({"UNIQUE_ID": f"00{n}", "DS": days, "Y": rhythm * (n + 1)}) for n in range(2)]
    with gzip.open(folder / "series.csv.gz", "wt") as file:
        pd.concat(tables).to_csv(file, index=False)


def test_evaluate_writes_the_scores_and_touches_no_database(tmp_path: Path, data_dir: Path) -> None:
    weekly_series(tmp_path)
    out = tmp_path / "deep" / "scores.json"
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@nowhere.invalid/none"}
    program = [sys.executable, "-m", "ml_insights", "evaluate", "demand", "--data", str(tmp_path), "--horizon", "7"]
    program += ["--out", str(out)]
    done = subprocess.run(program, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    scores = json.loads(out.read_text())
    assert set(scores) == {"capability", "settings", "results", "details"}
    assert (scores["capability"], scores["settings"]["horizon"]) == ("demand", 7)
    assert {"mase", "smape", "wape", "coverage_80", "coverage_95", "seconds"} <= set(scores["results"]["model"])
    assert "seasonal_naive" in scores["results"]
    assert {(one["unique_id"], one["frequency"]) for one in scores["details"]} == {("000", "D"), ("001", "D")}
    assert not list(data_dir.rglob("*.db"))


def test_evaluate_reads_orders_as_the_business_zone_sees_them(tmp_path: Path, data_dir: Path) -> None:
    from ml_insights.demand.files import read_series

    (tmp_path / "orders.csv").write_text(
        "Order_ID,Ordered_At,Product_ID,Quantity,Unit_Price\n"
        "1,2025-03-03T23:30:00,007,2,10\n"
        "2,2025-03-05T01:00:00,007,3,10\n"
        "3,not a date,007,3,10\n"
    )
    series = read_series(tmp_path)
    units = series[series["unique_id"] == "units/product/007"]
    assert [str(day.date()) for day in units["ds"]] == ["2025-03-03", "2025-03-04", "2025-03-05"]
    assert units["y"].tolist() == [2.0, 0.0, 3.0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.csv", b"", "holds none of: series.csv(.gz), orders.csv(.gz)"),
        ("series.csv", b"", "cannot be read"),
        ("series.csv", b"unique_id,ds\na,2025-01-01\n", "lacks the column(s) y"),
        ("orders.csv", b"order_id,product_id\n1,2\n", "has no column for ordered_at"),
        ("series.csv.gz", b"unique_id,ds,y\n", "cannot be read"),
        ("series.csv.gz", gzip.compress(b"unique_id,ds,y\na,2025-01-01,1\n" * 500, mtime=0)[:40], "cannot be read"),
    ],
)
def test_evaluate_refuses_unusable_folders_in_words(
    tmp_path: Path, command: CliRunner, name: str, content: bytes, said: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / name).write_bytes(content)
    out = tmp_path / "out.json"
    done = command.invoke(app, ["evaluate", "demand", "--data", str(folder), "--horizon", "7", "--out", str(out)])
    assert done.exit_code == 1 and said in str(done.exception)
    assert not out.exists()


SPANISH = "Nro Pedido;Fecha;Producto;Cantidad;Precio\n"


def test_evaluate_understands_the_headers_dates_and_decimals_that_import_does(tmp_path: Path, data_dir: Path) -> None:
    from ml_insights.demand.files import read_series

    (tmp_path / "orders.csv").write_text(SPANISH + "1;13/03/2025;A;1,5;1.234,50\n2;15/03/2025;A;2;1.000,00\n")
    (tmp_path / "products.csv").write_text("Código;Nombre;Categoría\nA;Harina;Abarrotes\n")
    series = read_series(tmp_path)
    units, money = (series[series["unique_id"] == f"{measure}/product/A"]["y"] for measure in ("units", "revenue"))
    assert units.tolist() == [1.5, 0.0, 2.0]
    assert money.tolist() == pytest.approx([1.5 * 1234.5, 0.0, 2000.0])
    assert "units/category/Abarrotes" in set(series["unique_id"])
    assert not list(data_dir.rglob("*.db"))


def test_evaluate_asks_what_import_asks_and_ends_with_the_same_code(tmp_path: Path, command: CliRunner) -> None:
    rows = "".join(f"{day};0{day}/0{day % 9 + 1}/2025;A;2;1500\n" for day in range(1, 10))
    (tmp_path / "orders.csv").write_text(SPANISH + rows)
    out = tmp_path / "out.json"
    arguments = ["evaluate", "demand", "--data", str(tmp_path), "--horizon", "7", "--out", str(out)]
    done = command.invoke(app, arguments)
    assert done.exit_code == 3 and "In which order are the dates written?" in done.output and not out.exists()
    assert "Nothing is measured yet" in done.output and "--decide" in done.output
    from ml_insights.demand.files import read_series
    from ml_insights.sources.in_memory import Answers

    by_day = read_series(tmp_path, Answers(decided=["dates=day-first"]))
    assert by_day["ds"].min() == pd.Timestamp("2025-01-09")
    by_month = read_series(tmp_path, Answers(decided=["dates=month-first"]))
    assert by_month["ds"].min() == pd.Timestamp("2025-01-02")


def test_evaluate_refuses_a_horizon_of_nothing(tmp_path: Path, command: CliRunner) -> None:
    arguments = ["evaluate", "demand", "--data", str(tmp_path), "--horizon", "0", "--out", str(tmp_path / "out.json")]
    assert "at least 1 step" in str(command.invoke(app, arguments).exception)


def test_evaluate_refuses_to_hold_out_everything_and_says_why_for_each(tmp_path: Path, command: CliRunner) -> None:
    rows = "".join(f"a,2025-01-{day:02},{day}\n" for day in range(1, 29))
    (tmp_path / "series.csv").write_text("unique_id,ds,y\n" + rows)
    out = tmp_path / "out.json"
    done = command.invoke(app, ["evaluate", "demand", "--data", str(tmp_path), "--horizon", "10000", "--out", str(out)])
    assert done.exit_code == 1 and "hold out fewer steps" in str(done.exception)
    assert json.loads(out.read_text())["details"][0]["unique_id"] == "a"
