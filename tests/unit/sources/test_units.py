"""What a header says of its unit is believed: kilometres and kilograms are what is stored."""

import pyarrow as pa
import pytest

from ml.frames import DELIVERIES, PRICES
from ml_insights.core.clock import now
from ml_insights.sources import dates
from ml_insights.sources.facts import Reading
from ml_insights.sources.parsing import CODES, parse
from ml_insights.sources.units import factor_of, remarks


@pytest.mark.parametrize(
    ("column", "header", "factor"),
    [
        ("distance_km", "Distancia (m)", 0.001),
        ("distance_km", "distancia_mts", 0.001),
        ("distance_km", "Recorrido en metros", 0.001),
        ("distance_km", "Distance [miles]", 1.609344),
        ("distance_km", "Distancia (km)", 1),
        ("distance_km", "Distancia", 1),
        ("distance_km", "Distancia (ida y vuelta)", 1),
        ("weight_kg", "Peso (g)", 0.001),
        ("weight_kg", "Carga [Toneladas] neta", 1000),
        ("weight_kg", "Weight lbs", 0.45359237),
        ("weight_kg", "Peso kg", 1),
        ("weight_kg", "Peso total", 1),
        ("cost", "Costo (m)", 1),
        ("stops", "Paradas (t)", 1),
    ],
)
def test_the_unit_of_a_header_sets_the_factor(column: str, header: str, factor: float) -> None:
    assert factor_of(column, header)[1] == factor


def parsed(contract, name: str, header: str, *texts: str) -> tuple[list[float | None], list[str]]:
    reading = Reading(contract.name, {name: header}, "utf-8", ";", ",", None, "UTC")
    values, wrong = parse(pa.array(texts), contract.column(name), reading, pa.scalar(now(), dates.INSTANT))
    return values.to_pylist(), [CODES[place] for place in wrong]


def test_values_are_converted_and_what_is_converted_is_told() -> None:
    assert parsed(DELIVERIES, "distance_km", "Distancia (m)", "12.500", "800,5") == ([12.5, 0.8005], ["", ""])
    assert parsed(DELIVERIES, "distance_km", "Distancia", "12,5") == ([12.5], [""])
    told = remarks({"distance_km": "Distancia (m)", "weight_kg": "Peso"})
    assert [one.values["header"] for one in told] == ["Distancia (m)"]


@pytest.mark.parametrize(("contract", "name"), [(DELIVERIES, "cost"), (PRICES, "price"), (DELIVERIES, "weight_kg")])
def test_a_cost_a_price_or_a_weight_below_zero_is_refused(contract, name: str) -> None:
    assert parsed(contract, name, name, "-500", "0", "500")[1] == ["out-of-range", "", ""]


def test_promotions_are_marked_with_words_too() -> None:
    values, wrong = parsed(PRICES, "deal", "Promo", "Sí", "no", "X", "0,25", "quizás", "")
    assert values[:4] == [1, 0, 1, 0.25]
    assert wrong == ["", "", "", "", "not-a-number", ""]
