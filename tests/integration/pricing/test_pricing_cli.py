"""`evaluate pricing` on good files and on bad ones."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from tests.unit.ml.pricing.worlds import market


def evaluate(folder: Path) -> tuple[int, str]:
    add_slices()
    done = CliRunner().invoke(app, ["evaluate", "pricing", "--data", str(folder), "--out", str(folder / "out.json")])
    return done.exit_code, f"{done.output} {done.exception}"


def test_a_folder_is_measured(tmp_path: Path) -> None:
    frame, _ = market(0, products=4, periods=60)
    frame.rename(columns=str.upper).to_csv(tmp_path / "prices.csv", index=False)
    code, said = evaluate(tmp_path)
    assert code == 0 and "wape=" in said
    told = json.loads((tmp_path / "out.json").read_text())
    assert set(told["results"]) == {"model", "last_price", "ols", "boosted"} and len(told["details"]) == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PERIOD,PRODUCT_ID,PRICE\n1,A,2\n", "quantity"),
        ("PERIOD,PRODUCT_ID,PRICE,QUANTITY\n1,A,0,3\n", "price above 0"),
        ("PERIOD,PRODUCT_ID,PRICE,QUANTITY\n1,A,2,3\n2,A,2,4\n", "at least 10"),
        ("PERIOD,PRODUCT_ID,PRICE,QUANTITY\nsoon,A,2,3\n", "period"),
    ],
)
def test_what_cannot_be_measured_is_told_and_nothing_written(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "prices.csv").write_text(text)
    code, said = evaluate(tmp_path)
    assert code != 0 and reason in said
    assert not (tmp_path / "out.json").exists()


def test_a_folder_without_prices_is_told(tmp_path: Path) -> None:
    code, said = evaluate(tmp_path)
    assert code != 0 and "prices.csv" in said
