"""Made-up trips for the model of route costs."""

import numpy as np
import pandas as pd


def fleet(rows: int = 300, seed: int = 0, noise: float = 0.08) -> pd.DataFrame:
    """Trips of vans and trucks whose cost follows from distance, load, vehicle and zone."""
    random = np.random.default_rng(seed)
    truck = random.random(rows) < 0.5
    distance = random.uniform(5, 400, rows)
    weight = np.where(truck, random.uniform(500, 9_000, rows), random.uniform(20, 1_200, rows))
    zone = np.array(["north", "south", "city"])[random.integers(0, 3, rows)]
    cost = 15_000 + np.where(truck, 950, 420) * distance + 2 * weight + 20_000 * (zone == "south")
    return pd.DataFrame(
        {
            "route_id": [f"R{place}" for place in range(rows)],
            "departed_at": pd.Timestamp("2024-01-01 08:00") + pd.to_timedelta(np.arange(rows) * 7, unit="h"),
            "cost": cost * np.exp(random.normal(0, noise, rows)),
            "distance_km": distance,
            "weight_kg": weight,
            "stops": random.integers(1, 12, rows),
            "vehicle_type": np.where(truck, "Truck", "Van"),
            "zone": zone,
        }
    )
