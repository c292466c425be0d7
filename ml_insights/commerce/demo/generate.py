"""Puts the stages together: a random generator and a last day in, three tables out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.baskets import add_bulk, make_counter_lines, make_lines
from ml_insights.commerce.demo.calendar import Calendar, make_calendar
from ml_insights.commerce.demo.catalogue import Catalogue, make_catalogue
from ml_insights.commerce.demo.customers import make_customers
from ml_insights.commerce.demo.returns import make_returns
from ml_insights.commerce.demo.visits import choose_channels, make_visits

ZONE = "America/Santiago"
LINES_PER_ORDER = 5.2
"""Of an average customer on an average day."""
FIRST_ORDER = 100_001


@dataclass(frozen=True)
class DemoTrade:
    """Frames with the columns of the import contracts, in lower case; times are aware, in UTC."""

    customers: pd.DataFrame
    products: pd.DataFrame
    orders: pd.DataFrame


def generate(rng: np.random.Generator, end: date) -> DemoTrade:
    """Three years of trade whose last day is `end`. Equal generators and equal days give equal tables."""
    streams = rng.spawn(10)
    calendar = make_calendar(streams[0], end)
    catalogue = make_catalogue(streams[1], calendar, LINES_PER_ORDER)
    customers = make_customers(streams[2], calendar)
    visits = make_visits(streams[3], calendar, customers)
    visits["channel"] = choose_channels(streams[4], calendar, customers, visits)
    lines = make_lines(streams[5], catalogue, customers, visits)
    counter, counter_lines = make_counter_lines(streams[6], calendar, catalogue)
    counter = counter.assign(customer=-1, troubled=False, channel="mesón")
    counter_lines["order"] += len(visits)
    orders = pd.concat([visits, counter], ignore_index=True)
    sold = pd.concat([lines, counter_lines], ignore_index=True)
    sold = sold.join(orders[["day", "customer", "troubled", "channel"]], on="order")
    sold = add_bulk(streams[7], calendar, sold, sold["day"].to_numpy())
    sold["price"] = catalogue.prices[sold["day"], sold["product"]]
    returned = make_returns(streams[8], calendar, sold)
    return DemoTrade(
        customers=_customer_table(customers),
        products=catalogue.products.filter(items=["product_id", "name", "category", "unit_cost"]),
        orders=_order_table(streams[9], calendar, catalogue, customers, sold, returned),
    )


def _customer_table(customers: pd.DataFrame) -> pd.DataFrame:
    columns = ["customer_id", "name", "email", "phone", "region"]
    morning = customers["created_at"] + pd.Timedelta(hours=9)
    return customers[columns].assign(created_at=_utc(morning))


def _utc(local: pd.Series) -> pd.Series:
    return local.dt.tz_localize(ZONE).dt.tz_convert("UTC")


def _order_table(
    rng: np.random.Generator,
    calendar: Calendar,
    catalogue: Catalogue,
    customers: pd.DataFrame,
    sold: pd.DataFrame,
    returned: pd.DataFrame,
) -> pd.DataFrame:
    """Sales and credit notes in the order of time, with the numbers that a clerk would give them."""
    note = returned.groupby(["order", "day"], sort=True).ngroup()
    returned = returned.assign(order=note + sold["order"].max() + 1)
    lines = pd.concat([sold, returned], ignore_index=True)
    lines = lines.assign(at=_times(rng, calendar, lines))
    lines = lines.sort_values(["at", "order", "product"], kind="stable", ignore_index=True)
    number = FIRST_ORDER + pd.factorize(lines["order"])[0]
    prefix = np.where(lines["quantity"] < 0, "NC-", "F-")
    names = np.array([*customers["customer_id"], None], dtype=object)
    return pd.DataFrame(
        {
            "order_id": pd.Series(prefix).astype(str) + pd.Series(number).astype(str),
            "ordered_at": _utc(pd.Series(lines["at"])),
            "product_id": catalogue.products["product_id"].to_numpy()[lines["product"]],
            "quantity": lines["quantity"].to_numpy(),
            "unit_price": lines["price"].to_numpy(),
            "customer_id": names[lines["customer"]],
            "channel": lines["channel"].to_numpy(),
        }
    )


def _times(rng: np.random.Generator, calendar: Calendar, lines: pd.DataFrame) -> pd.Series:
    """One local minute per order: office hours, but the web shop from seven in the morning to eleven at night.

    The clocks change at midnight, so every one of these times exists once.
    """
    count = int(lines["order"].max()) + 1
    office, web = 510 + rng.integers(0, 570, count), 420 + (rng.beta(2.2, 1.8, count) * 955).astype(int)
    minute = np.where(
        (lines["channel"] == "web") & (lines["quantity"] > 0), web[lines["order"]], office[lines["order"]]
    )
    return pd.Series(calendar.days[lines["day"]] + pd.to_timedelta(minute, unit="min"), index=lines.index)
