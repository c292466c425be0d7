"""Prices that come in a file of their own, by store and with promotions, stand for the weeks of the order lines."""

from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session
from typer.testing import CliRunner

from ml_insights.__main__ import add_slices, app
from ml_insights.commerce.tables import Dataset
from ml_insights.pricing import queries
from ml_insights.pricing.service.observations import read_sold
from tests.integration.pricing.conftest import run_job
from tests.integration.pricing.sample import market

WEEKS = 60


def prices(folder: Path) -> Path:
    random = np.random.default_rng(4)
    rows = []
    for store in ("north", "south"):
        for number, day in enumerate(pd.date_range("2024-01-01", periods=WEEKS, freq="W-MON")):
            deal = float(number % 6 == 0)
            price = 5.0 * (0.8 if deal else 1.0) * float(np.exp(random.normal(0, 0.05)))
            units = 80 * (price / 5) ** -1.5 * (1.3 if deal else 1.0)
            rows.append((day.date(), "TEA", round(price, 2), round(units, 1), store, deal))
    table = pd.DataFrame(rows, columns=["Semana", "product_id", "Precio", "Unidades", "Tienda", "Oferta"])
    file = folder / "prices.csv"
    table.to_csv(file, index=False)
    return file


def test_a_file_of_prices_is_priced(database: Engine, session: Session, tmp_path: Path) -> None:
    add_slices()
    market(0, 14)
    file = prices(tmp_path)
    for said in (f"{2 * WEEKS}", "0"):
        done = CliRunner().invoke(app, ["import", str(file), "--as", "prices"])
        assert done.exit_code == 0 and said in done.output, done.output
    sold = read_sold(session, Dataset.COMPANY)
    assert sold.imported and len(sold.weeks) == 2 * WEEKS and set(sold.weeks["store"]) == {"north", "south"}
    assert sold.weeks["deal"].sum() == 2 * WEEKS / 6
    run_job("prices", dataset="company")
    release = queries.current_release(session, Dataset.COMPANY)
    assert release is not None
    found = queries.detail(session, release, "TEA")
    assert found is not None and found.product.elasticity_low is not None and found.product.elasticity_high is not None
    assert found.product.elasticity_low < -1.5 < found.product.elasticity_high
    assert found.product.withheld == "no-cost" and len(found.weeks) == WEEKS
