"""No reason contradicts what it is told for: of invented shops, and of a real one."""

import numpy as np
import pandas as pd
import pytest

from ml.behaviour.features import FEATURES, features
from ml.behaviour.history import History, history
from ml.behaviour.plausible import REGULAR_DAYS, above, below, usual
from ml.behaviour.visits import visits
from ml.churn import reasons as churn
from ml.churn.model import fit as fit_churn
from ml.churn.model import matrix
from ml.churn.types import Reason, ReasonCode
from ml.propensity import reasons as buying
from ml.propensity.cutoffs import cases
from ml.propensity.features import features as buying_features
from ml.propensity.model import end_day
from ml.propensity.types import ReasonCode as BuyingCode


@pytest.fixture(scope="module")
def invented() -> History:
    """Daily, weekly, monthly and yearly buyers, some of whom stopped."""
    random, rows = np.random.default_rng(0), []
    for customer in range(400):
        gap = (1, 7, 30, 120, 360)[customer % 5]
        last = 700 if customer % 3 else int(random.integers(60, 700))
        day = float(random.integers(0, max(gap, 30)))
        while day < last:
            rows.append((f"C{customer}", f"{customer}-{day}", day, float(random.lognormal(3, 1))))
            day += max(1.0, random.normal(gap, gap / 5))
    frame = pd.DataFrame(rows, columns=["customer_id", "order_id", "day", "price"])
    frame["ordered_at"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(frame["day"].astype(int), unit="D")
    lines = frame.assign(product_id="p", quantity=1.0, unit_price=frame["price"])
    return history(visits(lines))


@pytest.fixture(scope="module", params=["invented", "real"])
def known(request: pytest.FixtureRequest, invented: History) -> History:
    if request.param == "invented":
        return invented
    folder = request.getfixturevalue("real_data")
    file = folder / "online_retail_uci" / "online_retail.csv.gz"
    frame = pd.read_csv(file, encoding_errors="replace", dtype=str)
    orders = pd.DataFrame(
        {
            "order_id": frame["InvoiceNo"],
            "ordered_at": pd.to_datetime(frame["InvoiceDate"]),
            "product_id": frame["StockCode"],
            "quantity": frame["Quantity"].astype(float),
            "unit_price": frame["UnitPrice"].astype(float),
            "customer_id": frame["CustomerID"],
        }
    )
    return history(visits(orders))


def test_no_reason_for_leaving_contradicts(known: History) -> None:
    cutoff = pd.Timestamp(known.last + 1, unit="D")
    model = fit_churn(known, cutoff, 90)
    table = features(known, cutoff)
    told = churn.reasons(model, matrix(table))
    assert sum(bool(one) for one in told) > len(told) / 4
    for (_, row), given in zip(table.iterrows(), told, strict=True):
        for reason in given:
            _speaks_for_leaving(reason, row)


def _speaks_for_leaving(reason: Reason, row: pd.Series) -> None:
    assert reason.effect > 0
    if reason.code in churn.MORE:
        assert round(reason.value, 2) > round(reason.typical, 2), (reason, row)
    else:
        assert round(reason.value, 2) < round(reason.typical, 2), (reason, row)
    if reason.code in (ReasonCode.SILENCE, ReasonCode.HABIT):
        assert row["days"] >= REGULAR_DAYS
    if reason.code in (ReasonCode.SILENCE, ReasonCode.RECENCY) and row["days"] >= REGULAR_DAYS:
        assert row["recency"] > row["gap_mean"]


def test_no_reason_for_a_purchase_contradicts(known: History) -> None:
    end = known.last + 1
    table = buying_features(known, end_day(end))
    past = cases(known, end, 7, 8)
    from ml.propensity.blend import fit

    model = fit(past.table, past.answers["bought"].to_numpy(bool), past.weight)
    told = buying.reasons(model, usual(table, table.columns), table, np.arange(len(table)))
    assert any(told.values())
    for customer, row in zip(told, table.to_dict("records"), strict=True):
        for reason in told[customer]:
            assert reason.effect > 0
            if reason.code == BuyingCode.DUE:
                assert row["days"] >= REGULAR_DAYS and reason.value >= 0.8 * row["gap_mean"]
            elif reason.code in buying.LESS:
                assert round(reason.value, 2) < round(reason.typical, 2)
            else:
                assert round(reason.value, 2) > round(reason.typical, 2)


def test_the_usual_gap_is_that_of_those_who_have_one() -> None:
    rows = pd.DataFrame(0.0, index=range(5), columns=list(FEATURES))
    rows["days"], rows["gap_mean"], rows["recency"] = [1, 1, 1, 3, 4], [300, 300, 300, 20, 22], [1, 2, 3, 4, 5]
    found = usual(rows, FEATURES)
    assert (found["gap_mean"], found["recency"]) == (21, 3)
    assert usual(rows[:0], FEATURES)["gap_mean"] == 0


def test_what_reads_the_same_is_neither_above_nor_below() -> None:
    assert above(22, 20) and not above(21, 20) and not above(0.3, 0.1)
    assert below(1, 2) and not below(1.6, 2.2) and below(1.6, 2.2, 1)
