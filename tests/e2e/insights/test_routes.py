"""A dispatcher imports deliveries, estimates a route, decides for a vehicle, and gets a better order of stops."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import StorageState, expect

from tests.e2e.conftest import Opener
from tests.fixtures.sites import Site

ROUTES = "/ml-insights/routes"
SQUARE = ((-33.0, -70.0), (-33.2, -70.2), (-33.0, -70.2), (-33.2, -70.0))


@pytest.fixture(scope="module")
def dispatched(site: Site, admin: StorageState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Deliveries of two vehicles, the stops of one of them, and a model. Once they are undone, the demo is back."""
    folder, random = tmp_path_factory.mktemp("deliveries"), np.random.default_rng(5)
    rows = ["route_id,departed_at,cost,distance_km,weight_kg,stops,vehicle_type,zone"]
    for number in range(160):
        vehicle, rate = (("Van", 400), ("Truck", 900))[number % 2]
        kilometres, weight = random.uniform(20, 300), random.uniform(100, 900)
        cost = (20_000 + rate * kilometres + 3 * weight) * np.exp(random.normal(0, 0.05))
        day = f"2026-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}T09:00:00"
        rows.append(f"D-{number},{day},{cost:.0f},{kilometres:.1f},{weight:.0f},{1 + number % 8},{vehicle},north")
    (folder / "deliveries.csv").write_text("\n".join(rows))
    stops = ["route_id,seq,lat,lon", *(f"D-159,{seq},{lat},{lon}" for seq, (lat, lon) in enumerate(SQUARE))]
    (folder / "stops.csv").write_text("\n".join(stops))
    imports = [_imported(site, folder / f"{contract}.csv", contract) for contract in ("deliveries", "stops")]
    site.run("jobs", "run", "route-cost")
    yield site
    for number in reversed(imports):
        site.run("undo-import", str(number), "--yes")


def _imported(site: Site, path: Path, contract: str) -> int:
    result = json.loads(site.run("import", str(path), "--as", contract, "--json"))
    assert result["refused"] == 0
    return result["batch"]


def test_a_route_is_estimated_and_a_vehicle_chosen(dispatched: Site, admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto(ROUTES)
    page.get_by_label("Distance, km").fill("200")
    page.get_by_label("Weight, kg").fill("500")
    page.get_by_label("Vehicle").select_option("Truck")
    page.get_by_role("button", name="Estimate cost").click()
    expect(page.get_by_text("Truck, ")).to_be_visible()
    expect(page).to_have_url(re.compile("distance_km=200"))
    answer = page.request.post(
        "/api/ml/predict/route-cost",
        data={"distance_km": 200, "weight_kg": 500, "vehicle_type": "Truck", "compare_vehicles": True},
        headers={"Origin": dispatched.url},
    ).json()
    assert answer["expected"] == pytest.approx(20_000 + 900 * 200 + 1_500, rel=0.2)
    assert answer["lo_80"] < answer["expected"] < answer["hi_80"]
    reasons = page.locator(".route-bar-row")
    expect(reasons.first).to_contain_text("A typical route")
    expect(reasons.last).to_contain_text("This route")

    cheapest = page.locator(".route-vehicle").first
    expect(cheapest).to_contain_text("Van")
    expect(cheapest).to_contain_text("cheapest")
    page.get_by_role("button", name="Use Van").click()
    expect(page.get_by_text("will be driven with Van")).to_be_visible()

    page.get_by_role("button", name="Estimate against actual").click()
    page.get_by_label("Which routes").select_option("planned")
    planned = page.get_by_role("region", name="Routes")
    expect(planned.get_by_role("row")).to_have_count(2)
    expect(planned).to_contain_text("decided")


def test_stops_are_put_in_a_shorter_order(dispatched: Site, admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto(f"{ROUTES}?view=stops")
    expect(page.get_by_text("Kilometres saved")).to_be_visible()
    order = page.get_by_role("region", name="Better order")
    expect(order.get_by_role("row")).to_have_count(1 + len(SQUARE))
    expect(order).to_contain_text("moved")


def test_what_cannot_be_is_told(dispatched: Site, admin: StorageState, open_tab: Opener):
    page = open_tab(admin)
    page.goto(f"{ROUTES}?distance_km=-5&vehicle_type=Van")
    expect(page.get_by_role("alert")).to_contain_text("distance_km cannot be -5")
