"""Who buys: invented businesses, each with a pace, a taste and a loyalty of its own."""

import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ml_insights.commerce.demo.calendar import Calendar
from ml_insights.commerce.demo.segments import SEGMENTS

CUSTOMERS = 640
FOUNDERS = 0.66
"""Share of the customers that joined in the four years before the first order; the rest join over the three years."""
SOUTHERN_MONTHS = 20
"""The Puerto Montt warehouse opened this many months before the end; its regions have no customer before."""
REGIONS: Mapping[str, tuple[float, str, float]] = {
    "Metropolitana de Santiago": (0.44, "quilicura", 0.045),
    "Valparaíso": (0.13, "quilicura", 0.055),
    "O'Higgins": (0.08, "quilicura", 0.055),
    "Maule": (0.07, "talcahuano", 0.065),
    "Biobío": (0.13, "talcahuano", 0.05),
    "La Araucanía": (0.06, "talcahuano", 0.09),
    "Los Lagos": (0.06, "puerto-montt", 0.07),
    "Los Ríos": (0.03, "puerto-montt", 0.10),
}
"""Share of the customers, the site that serves them, and how often something goes wrong with an order."""
SOUTH = ("Los Lagos", "Los Ríos")
PLACES = (
    "Los Aromos",
    "El Quillay",
    "La Patagua",
    "Doña Rosa",
    "Don Lucho",
    "San Alberto",
    "El Boldo",
    "Los Copihues",
    "La Esquina",
    "El Trébol",
    "Don Tito",
    "La Rucia",
    "El Peumo",
    "Los Maitenes",
    "Doña Nena",
    "El Canelo",
    "Las Rosas",
    "Don Pancho",
    "La Chinita",
    "El Faro",
    "La Araucaria",
    "Los Avellanos",
    "El Arrayán",
    "Santa Elvira",
    "Don Memo",
    "La Higuera",
    "El Puente",
    "Las Lilas",
    "Los Cóndores",
    "El Litre",
    "La Loica",
    "Don Beto",
    "Villa Alegre",
    "El Molino",
    "Las Camelias",
    "Los Notros",
    "La Totora",
    "El Maqui",
    "Doña Julia",
    "El Zorzal",
    "San Ramiro",
    "La Vega Chica",
    "Los Tilos",
    "El Roble",
    "Doña Marta",
    "El Chucao",
    "Las Bandurrias",
    "Los Guindos",
    "La Ribera",
    "El Mañío",
)
SUFFIXES = ("", " Centro", " Norte", " Sur", " Oriente", " del Parque", " y Familia", " Express", " Dos", " Hermanos")


def make_customers(rng: np.random.Generator, calendar: Calendar) -> pd.DataFrame:
    """One row per customer, in the order of joining.

    Columns of the contract (customer_id, name, email, phone, region, created_at as the local day), and the hidden
    ones that make them behave: segment (position in SEGMENTS), pace (orders a week), frailty (multiplies the hazard of
    leaving), trouble (chance that an order goes wrong), joined (day's position, negative before the window), route_day.
    """
    kind = rng.choice(len(SEGMENTS), CUSTOMERS, p=_shares([segment.share for segment in SEGMENTS]))
    region = rng.choice(list(REGIONS), CUSTOMERS, p=_shares([share for share, _, _ in REGIONS.values()]))
    joined = _joined(rng, region, len(calendar.days))
    weekly = np.array([segment.weekly for segment in SEGMENTS])[kind]
    shape = np.array([segment.shape for segment in SEGMENTS])[kind]
    table = pd.DataFrame(
        {
            "region": region,
            "created_at": calendar.days[0] + pd.to_timedelta(joined, unit="D"),
            "segment": kind,
            "pace": rng.gamma(shape, weekly / shape),
            "frailty": rng.gamma(1.5, 1 / 1.5, CUSTOMERS),
            "trouble": [REGIONS[name][2] for name in region],
            "joined": joined,
            "route_day": rng.integers(0, 5, CUSTOMERS),
        }
    )
    table = table.sort_values("joined", kind="stable").reset_index(drop=True)
    return pd.concat([_identities(rng, table["segment"].to_numpy()), table], axis=1)


def _shares(shares: list[float]) -> np.ndarray:
    return np.array(shares) / sum(shares)


def _joined(rng: np.random.Generator, region: np.ndarray, size: int) -> np.ndarray:
    """Day of joining, as a position in the calendar."""
    founder = rng.random(CUSTOMERS) < FOUNDERS
    joined = np.where(founder, -rng.integers(1, 4 * 365, CUSTOMERS), rng.integers(0, size - 7, CUSTOMERS))
    opening = size - int(SOUTHERN_MONTHS * 30.4)
    ramp = opening + (rng.beta(1, 2, CUSTOMERS) * (size - 7 - opening)).astype(int)
    return np.where(np.isin(region, SOUTH), ramp, joined)


def _identities(rng: np.random.Generator, kind: np.ndarray) -> pd.DataFrame:
    """Names, mails and telephones of nobody: `.example` is reserved, and no mobile number in Chile starts with 00."""
    places = [place + suffix for suffix in SUFFIXES for place in PLACES]
    count = [0] * len(SEGMENTS)
    order = [rng.permutation(len(places)) for _ in SEGMENTS]
    names: list[str] = []
    for segment in kind:
        prefix = SEGMENTS[segment].prefixes[count[segment] % len(SEGMENTS[segment].prefixes)]
        names.append(f"{prefix} {places[order[segment][count[segment]]]}")
        count[segment] += 1
    numbers = rng.choice(1_000_000, len(kind), replace=False)
    return pd.DataFrame(
        {
            "customer_id": [f"C{position:04d}" for position in range(1, len(kind) + 1)],
            "name": names,
            "email": [f"compras@{_domain(name)}.example" for name in names],
            "phone": [f"+56 9 00{number // 10_000:02d} {number % 10_000:04d}" for number in numbers],
        }
    )


def _domain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ascii_name.replace(" ", "-")
