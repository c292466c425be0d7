"""`evaluate churn` and `churn-contracts` on files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from ml.churn import contractual
from ml_insights.__main__ import add_slices, app
from ml_insights.churn.errors import CannotEvaluate, NoSuchLabel
from ml_insights.core.errors import InvalidInput, ProductError
from ml_insights.core.evaluate import MissingColumns, MissingFile


@pytest.fixture(scope="module")
def command() -> CliRunner:
    add_slices()
    return CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """200 days of orders of people who stay or leave, with an anonymous sale, a return and rows that say nothing."""
    random, lines = np.random.default_rng(0), ["Order_ID,ORDERED_AT,product_id,quantity,unit_price,customer_id"]
    for customer in range(80):
        day, pace = random.uniform(0, 60), random.uniform(5, 40)
        while day < min(200, random.exponential(400) + 20):
            when = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day))
            lines.append(f"{len(lines)},{when:%Y-%m-%d} 10:00,P{customer % 4},1,12.5,00{customer}")
            day += random.exponential(pace)
    lines += ["a,2024-07-18T09:00:00,P1,2,3,", "b,2024-03-01T09:00:00,P1,-2,3,giver", "c,yesterday,P1,2,3,001"]
    (tmp_path / "orders.csv").write_text("\n".join(lines))
    return tmp_path


def test_evaluate_writes_the_scores_and_touches_no_database(command: CliRunner, folder: Path, data_dir: Path):
    out = folder / "deep" / "churn.json"
    told = ["evaluate", "churn", "--data", str(folder), "--out", str(out)]
    done = command.invoke(app, [*told, "--cutoff", "2024-05-20", "--horizon-days", "45"])
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    assert set(found) == {"capability", "settings", "results", "details"} and found["capability"] == "churn"
    assert {"roc_auc", "pr_auc", "brier", "ece", "lift_at_10"} <= set(found["results"]["model"])
    assert {"recency", "logistic_rfm", "bg_nbd"} < set(found["results"])
    assert found["settings"]["without_basis"] == 1 and 0 < found["settings"]["ece_upper_95"] < 1
    assert not list(data_dir.rglob("*.db"))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (["--cutoff", "2030-01-01"], CannotEvaluate, "beyond the data"),
        (["--cutoff", "2024-01-10"], CannotEvaluate, "at least 21"),
        (["--cutoff", "2024-05-20", "--horizon-days", "0"], InvalidInput, "at least 1 day"),
        (["--cutoff", "soon"], InvalidInput, "2024-05-31"),
        ([], InvalidInput, "--cutoff"),
        (["--label", "churned"], MissingFile, "customers.csv"),
    ],
)
def test_what_cannot_be_evaluated_is_told(
    command: CliRunner, folder: Path, arguments: list[str], error: type[ProductError], said: str
):
    out = folder / "churn.json"
    done = command.invoke(app, ["evaluate", "churn", "--data", str(folder), "--out", str(out), *arguments])
    assert isinstance(done.exception, error) and said in done.exception.message("en") and not out.exists()


def test_orders_without_customers_are_refused(command: CliRunner, tmp_path: Path):
    (tmp_path / "orders.csv").write_text("order_id,ordered_at,product_id,quantity,unit_price\n1,2024-01-01,P,1,1\n")
    told = ["--data", str(tmp_path), "--out", str(tmp_path / "x.json"), "--cutoff", "2024-01-01"]
    done = command.invoke(app, ["evaluate", "churn", *told])
    assert isinstance(done.exception, MissingColumns) and "customer_id" in done.exception.message("en")


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Customers with a label, in a folder of its own; one candidate takes part."""
    monkeypatch.setattr(contractual, "CANDIDATES", {"logistic": contractual.CANDIDATES["logistic"]})
    random = np.random.default_rng(0)
    months = random.integers(0, 48, 300)
    left = np.where(random.random(300) < 1 / (1 + np.exp(months / 8 - 2)), "Yes", "No")
    table = pd.DataFrame({"CUSTOMER_ID": [f"K{place}" for place in range(300)], "Months": months, "Left": left})
    table.to_csv(tmp_path / "customers.csv", index=False)
    return tmp_path


def test_contracts_are_evaluated_and_scored(command: CliRunner, contracts: Path):
    out = contracts / "churn.json"
    done = command.invoke(app, ["evaluate", "churn", "--data", str(contracts), "--out", str(out), "--label", "Left"])
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_text())["results"]["model"]["roc_auc"] > 0.7
    scored = contracts / "scored.csv"
    file = str(contracts / "customers.csv")
    done = command.invoke(app, ["churn-contracts", "--data", file, "--label", "left", "--out", str(scored)])
    assert done.exit_code == 0 and "out-of-fold AUC" in done.output
    table = pd.read_csv(scored)
    assert len(table) == 300 and table["churn_probability"].is_monotonic_decreasing
    assert table["churn_reasons"].str.contains("months").all()


def test_a_label_that_is_no_column_is_refused(command: CliRunner, contracts: Path):
    told = ["--data", str(contracts), "--label", "gone", "--out", str(contracts / "x.csv")]
    done = command.invoke(app, ["churn-contracts", *told])
    assert isinstance(done.exception, NoSuchLabel) and "months" in done.exception.message("en")
