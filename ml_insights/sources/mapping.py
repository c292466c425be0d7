"""Which header feeds which column: proposals, and what is wrong with a choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ml.frames import CONTRACTS, Contract, Kind
from ml_insights.core.i18n import N_
from ml_insights.sources import presets
from ml_insights.sources.errors import HeaderTwice, MissingColumns, UnknownColumn
from ml_insights.sources.facts import FileShape, Inspection, Reading
from ml_insights.sources.synonyms import WEAK, likeness, names_of

SALES = N_("Sales")
"""What is sold, where a file does not say it."""


def propose_columns(contract: Contract, headers: Sequence[str]) -> dict[str, str]:
    """Column → header for every column that some header fits, each header used once. A stand-in is never proposed."""
    preset = presets.recognised(headers) if contract.name == "orders" else None
    columns = presets.columns_of(preset, headers) if preset else {}
    for name in contract.names:
        if name in columns:
            continue
        free = [header for header in _by_likeness(contract, name, headers) if header not in columns.values()]
        if name not in contract.instead.values() and free and likeness(contract.name, name, free[0]):
            columns[name] = free[0]
    return columns | _weak(contract, headers, columns)


def _weak(contract: Contract, headers: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Headers with names that mean many things, for columns that nothing else feeds."""
    free = {name: header for header in reversed(headers) for name in names_of(header) if header not in columns.values()}
    found: dict[str, str] = {}
    for column, names in WEAK.get(contract.name, {}).items():
        fitting = (free[name] for name in names if name in free and free[name] not in found.values())
        if column not in columns and (header := next(fitting, "")):
            found[column] = header
    return found


def _by_likeness(contract: Contract, column: str, headers: Sequence[str]) -> list[str]:
    return sorted(headers, key=lambda header: -likeness(contract.name, column, header))


def total_header(contract: Contract, headers: Sequence[str], columns: Mapping[str, str]) -> str | None:
    """The free header that looks like the stand-in of a required column that nothing feeds."""
    for wanted, stand_in in contract.instead.items():
        free = [header for header in _by_likeness(contract, stand_in, headers) if header not in columns.values()]
        if wanted not in columns and stand_in not in columns and free and likeness(contract.name, stand_in, free[0]):
            return free[0]
    return None


def missing_columns(contract: Contract, columns: Collection[str]) -> list[str]:
    """Required columns that neither a header nor a stand-in feeds, and the first of those of which one is enough."""
    missing = [name for name in contract.required if name not in columns and contract.instead.get(name) not in columns]
    return missing + [name for name in contract.any_of[:1] if not any(one in columns for one in contract.any_of)]


def is_complete(reading: Reading) -> bool:
    """Whether every column that must be fed is."""
    return not missing_columns(CONTRACTS[reading.contract], [*reading.columns, *reading.made])


def require_complete(inspection: Inspection, reading: Reading, file: str) -> None:
    """Raise UnknownColumn or MissingColumns where `reading` cannot be used."""
    contract, headers = CONTRACTS[reading.contract], inspection.shape.headers
    require_known_columns(contract, headers, reading.columns, file)
    missing = missing_columns(contract, [*reading.columns, *reading.made])
    if missing:
        raise MissingColumns(file=file, columns=", ".join(missing), headers=", ".join(headers), example=missing[0])


def require_known_columns(contract: Contract, headers: Sequence[str], columns: Mapping[str, str], file: str) -> None:
    """Raise UnknownColumn for a column that the contract does not have, or a header that the file does not; an empty
    header takes a column out."""
    for column, header in columns.items():
        if column not in contract.names:
            raise UnknownColumn(column=column, where=contract.name, choices=", ".join(contract.names))
        if header and header not in headers:
            raise UnknownColumn(column=header, where=file, choices=", ".join(headers))


def require_apart(contract: Contract, columns: Mapping[str, str]) -> None:
    """Raise HeaderTwice where one header was chosen for two columns that cannot both have its values. What identifies a
    customer can be the address or the name as well."""
    fed: dict[str, list[str]] = {}
    for column, header in columns.items():
        if header:
            fed.setdefault(header, []).append(column)
    for header, names in fed.items():
        texts = all(contract.column(name).kind is Kind.TEXT for name in names)
        if len(names) > 1 and not (texts and contract.name != "orders"):
            raise HeaderTwice(header=header, columns=", ".join(names))


def with_stand_ins(reading: Reading, headers: Sequence[str]) -> Reading:
    """The reading with something in place of the columns of an order that no header feeds."""
    if reading.contract != "orders":
        return reading
    columns = reading.columns
    preset = presets.recognised(headers)
    missing = {"product_id": SALES, "quantity": "1"}
    amount = total_header(CONTRACTS[reading.contract], headers, columns) or ""
    return replace(
        reading,
        otherwise=presets.otherwise_of(preset, headers, columns) if preset else {},
        constants={name: text for name, text in missing.items() if name not in columns},
        line_orders="order_id" not in columns,
        moment_orders=False,
        amount_header=amount,
        amount_as="total",
    )


def propose_reading(contract: Contract, shape: FileShape, sample: list[list[str]], zone: str) -> Inspection:
    """The columns guessed from the header. How values are written is still to be decided."""
    columns = propose_columns(contract, shape.headers)
    reading = Reading(contract.name, columns, shape.encoding, shape.separator, ".", None, zone)
    return Inspection(shape, sample, with_stand_ins(reading, shape.headers))
