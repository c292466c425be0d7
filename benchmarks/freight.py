"""The public freight data of USAID's supply chain (SCMS) as deliveries, for the benchmark of route costs."""

from __future__ import annotations

import pandas as pd

from benchmarks.series import folder

TEXTS = {
    "Shipment Mode": "vehicle_type",
    "Country": "country",
    "Managed By": "managed_by",
    "Fulfill Via": "fulfill_via",
    "Vendor INCO Term": "incoterm",
    "Product Group": "product_group",
    "Sub Classification": "sub_classification",
    "Vendor": "vendor",
    "Manufacturing Site": "site",
    "Molecule/Test Type": "molecule",
    "Dosage Form": "dosage_form",
    "First Line Designation": "first_line",
}
NUMBERS = {
    "Unit of Measure (Per Pack)": "units_per_pack",
    "Line Item Quantity": "quantity",
    "Line Item Value": "value",
    "Pack Price": "pack_price",
}
DATES = ("Scheduled Delivery Date", "Delivered to Client Date")
"""The first is known before departure; published figures order the rows by either."""


def freight(date: str = DATES[0]) -> pd.DataFrame:
    """The contract's columns and what is known before departure as features; cost and weight as the file has them.

    `cost` holds texts where the freight is part of the goods' price or of another row's: those are no costs. Insurance
    follows from the cost, and dates of arrival come after it, so neither is taken.
    """
    table = pd.read_csv(folder() / "scms_delivery_freight" / "scms_delivery_history.csv.gz")
    named = table[[*TEXTS, *NUMBERS]].rename(columns=TEXTS | NUMBERS)
    shipment = table.groupby("ASN/DN #")
    return named.assign(
        route_id=table["ID"].astype(str),
        departed_at=pd.to_datetime(table[date], format="%d-%b-%y"),
        cost=table["Freight Cost (USD)"],
        weight_kg=pd.to_numeric(table["Weight (Kilograms)"], errors="coerce"),
        shipment_lines=shipment["ID"].transform("size"),
        shipment_value=shipment["Line Item Value"].transform("sum"),
        shipment_quantity=shipment["Line Item Quantity"].transform("sum"),
    )
