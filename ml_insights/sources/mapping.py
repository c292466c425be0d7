"""Which header feeds which column: proposals, and what is wrong with a choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ml.frames import CONTRACTS, Contract
from ml_insights.sources.errors import MissingColumns, TotalNotChosen, UnknownColumn
from ml_insights.sources.facts import FileShape, Inspection, Reading
from ml_insights.sources.synonyms import likeness


def propose_columns(contract: Contract, headers: Sequence[str]) -> dict[str, str]:
    """Column → header for every column that some header fits, each header used once. A stand-in is never proposed."""
    columns: dict[str, str] = {}
    for name in contract.names:
        free = [header for header in _by_likeness(contract, name, headers) if header not in columns.values()]
        if name not in contract.instead.values() and free and likeness(contract.name, name, free[0]):
            columns[name] = free[0]
    return columns


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


def require_complete(inspection: Inspection, reading: Reading, file: str) -> None:
    """Raise UnknownColumn, MissingColumns or TotalNotChosen where `reading` cannot be used."""
    contract, headers = CONTRACTS[reading.contract], inspection.shape.headers
    for column, header in reading.columns.items():
        if column not in contract.names:
            raise UnknownColumn(column=column, where=contract.name, choices=", ".join(contract.names))
        if header not in headers:
            raise UnknownColumn(column=header, where=file, choices=", ".join(headers))
    missing = missing_columns(contract, [*reading.columns, *reading.made])
    amount = total_header(contract, headers, reading.columns)
    if missing and amount and all(name in contract.instead for name in missing):
        raise TotalNotChosen(file=file, header=amount)
    if missing:
        raise MissingColumns(file=file, columns=", ".join(missing), headers=", ".join(headers), example=missing[0])


def propose_reading(contract: Contract, shape: FileShape, sample: list[list[str]], zone: str) -> Inspection:
    """The columns guessed from the header. How values are written is still to be decided."""
    columns = propose_columns(contract, shape.headers)
    reading = Reading(contract.name, columns, shape.encoding, shape.separator, ".", None, zone)
    return Inspection(shape, sample, reading, total_header=total_header(contract, shape.headers, columns))
