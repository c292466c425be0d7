"""The kinds of customers: how often they order, how much, of what, and how loyal they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ROUTE_CHANNELS: Mapping[str, float] = {"vendedor": 0.62, "web": 0.24, "teléfono": 0.14}
OFFICE_CHANNELS: Mapping[str, float] = {"vendedor": 0.15, "web": 0.60, "teléfono": 0.25}


@dataclass(frozen=True)
class Segment:
    """One kind of customer.

    `share` of all customers; `weekly` mean orders a week, gamma-distributed between customers with `shape`; `basket`
    and `units` scale the lines of an order and the quantity of a line; `leaving` is the yearly hazard of going;
    `summer` the log effect of the season (1 in January); `school` customers hardly order in their holidays; `tastes`
    multiply the demand of a category, 1 where not named.
    """

    name: str
    share: float
    weekly: float
    shape: float
    basket: float
    units: float
    leaving: float
    prefixes: tuple[str, ...]
    tastes: Mapping[str, float] = field(default_factory=dict)
    channels: Mapping[str, float] = field(default_factory=lambda: ROUTE_CHANNELS)
    summer: float = 0.0
    school: bool = False


SEGMENTS = (
    Segment(
        "almacén",
        0.40,
        0.52,
        3.0,
        0.95,
        0.8,
        0.26,
        ("Almacén", "Almacén y Botillería", "Provisiones"),
        {"Panadería y repostería": 0.8, "Bazar y equipamiento": 0.3, "Snacks y confites": 1.3},
    ),
    Segment(
        "minimarket",
        0.17,
        0.95,
        4.0,
        1.5,
        1.3,
        0.16,
        ("Minimarket", "Supermercado", "Autoservicio"),
        {"Panadería y repostería": 0.7, "Bazar y equipamiento": 0.4, "Snacks y confites": 1.4, "Bebidas": 1.3},
    ),
    Segment(
        "restaurante",
        0.17,
        0.60,
        2.0,
        0.9,
        1.0,
        0.36,
        ("Restaurante", "Cocinería", "Picada", "Café"),
        {"Snacks y confites": 0.2, "Congelados": 1.8, "Aseo y limpieza": 1.2, "Papel y desechables": 1.4},
        summer=0.12,
    ),
    Segment(
        "hotel",
        0.05,
        0.55,
        3.0,
        1.3,
        1.7,
        0.12,
        ("Hotel", "Hostal", "Cabañas"),
        {
            "Abarrotes": 0.7,
            "Café y té": 1.7,
            "Aseo y limpieza": 1.7,
            "Papel y desechables": 1.8,
            "Bazar y equipamiento": 2.0,
        },
        summer=0.45,
    ),
    Segment(
        "casino",
        0.08,
        0.65,
        4.0,
        1.1,
        2.2,
        0.09,
        ("Casino", "Colegio", "Jardín Infantil"),
        {
            "Snacks y confites": 0.2,
            "Bebidas": 0.4,
            "Congelados": 1.6,
            "Lácteos y huevos": 1.5,
            "Bazar y equipamiento": 1.5,
        },
        school=True,
    ),
    Segment(
        "panadería",
        0.06,
        0.62,
        4.0,
        0.7,
        1.6,
        0.18,
        ("Panadería", "Pastelería", "Amasandería"),
        {"Panadería y repostería": 4.5, "Lácteos y huevos": 1.6, "Snacks y confites": 0.3, "Congelados": 0.2},
    ),
    Segment(
        "oficina",
        0.07,
        0.26,
        2.0,
        0.7,
        0.7,
        0.22,
        ("Oficinas", "Clínica", "Estudio"),
        {
            "Abarrotes": 0.15,
            "Congelados": 0.05,
            "Panadería y repostería": 0.2,
            "Café y té": 2.6,
            "Aseo y limpieza": 1.8,
            "Papel y desechables": 2.2,
            "Bazar y equipamiento": 1.6,
        },
        channels=OFFICE_CHANNELS,
        summer=-0.2,
    ),
)
