"""Who the demo company is. Every slice that adds to the demo draws its names, places and vehicles from here."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Site:
    """A place the company works from. Coordinates are WGS 84 degrees."""

    key: str
    name: str
    city: str
    region: str
    latitude: float
    longitude: float
    kind: Literal["plant", "warehouse"]


@dataclass(frozen=True)
class Vehicle:
    """A truck or van and the site that it starts from. `capacity_kg` is its payload."""

    key: str
    model: str
    kind: Literal["truck", "van"]
    site: str
    capacity_kg: int
    refrigerated: bool = False


@dataclass(frozen=True)
class Line:
    """A production line of the plant. `rate_per_hour` is in sold units."""

    key: str
    name: str
    rate_per_hour: int


@dataclass(frozen=True)
class Company:
    """A company that does not exist."""

    name: str
    domain: str
    sites: tuple[Site, ...]
    vehicles: tuple[Vehicle, ...]
    lines: tuple[Line, ...]

    @property
    def plant(self) -> Site:
        """The site that makes products of its own."""
        return next(site for site in self.sites if site.kind == "plant")


def _fleet() -> tuple[Vehicle, ...]:
    rows: tuple[tuple[str, str, Literal["truck", "van"], int, bool, dict[str, int]], ...] = (
        ("CP", "Camión 10 t", "truck", 10_000, False, {"quilicura": 4, "talcahuano": 2, "puerto-montt": 1}),
        ("CF", "Camión frigorífico 6 t", "truck", 6_000, True, {"quilicura": 3, "talcahuano": 1, "puerto-montt": 1}),
        ("FU", "Furgón 1,5 t", "van", 1_500, False, {"quilicura": 4, "talcahuano": 2, "puerto-montt": 2}),
    )
    vehicles: list[Vehicle] = []
    for prefix, model, kind, capacity, cold, per_site in rows:
        sites = [site for site, count in per_site.items() for _ in range(count)]
        vehicles += [
            Vehicle(f"{prefix}-{number:02d}", model, kind, site, capacity, cold)
            for number, site in enumerate(sites, start=1)
        ]
    return tuple(vehicles)


COMPANY = Company(
    name="Distribuidora Tres Coihues",
    domain="trescoihues.example",
    sites=(
        Site(
            "quilicura",
            "Centro de distribución y planta Quilicura",
            "Quilicura",
            "Metropolitana de Santiago",
            -33.356,
            -70.729,
            "plant",
        ),
        Site("talcahuano", "Bodega Talcahuano", "Talcahuano", "Biobío", -36.737, -73.105, "warehouse"),
        Site("puerto-montt", "Bodega Puerto Montt", "Puerto Montt", "Los Lagos", -41.469, -72.942, "warehouse"),
    ),
    vehicles=_fleet(),
    lines=(
        Line("L1", "Envasado de líquidos de aseo", 900),
        Line("L2", "Envasado de legumbres y arroz", 1_200),
        Line("L3", "Tostado y molido de café", 260),
    ),
)
