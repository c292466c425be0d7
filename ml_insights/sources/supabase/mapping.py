"""The JSON file that says which Supabase table and columns feed which contract."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ml.frames import CONTRACTS
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.supabase.errors import BadMapping

PAGE = 1000
"""Rows asked for at once; Supabase gives no more unless it is told to."""


class TableMapping(BaseModel):
    """One table. `columns` maps the contract's columns to the table's.

    `key` is a unique column to page by. `cursor` is a column that grows when a row is added or changed, such as
    updated_at; without one the whole table is read each time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(min_length=1)
    key: str = Field(min_length=1)
    cursor: str | None = None
    page: int = Field(default=PAGE, ge=1, le=50_000)
    columns: dict[str, str]

    @property
    def selected(self) -> tuple[str, ...]:
        """Every column of the table that has to be read."""
        extra = (self.key, *((self.cursor,) if self.cursor else ()))
        return tuple(dict.fromkeys((*self.columns.values(), *extra)))


class Mapping(BaseModel):
    """Contract name → table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: TableMapping | None = None
    customers: TableMapping | None = None
    products: TableMapping | None = None

    @property
    def tables(self) -> dict[str, TableMapping]:
        """Those that are mapped; products and customers first, so that orders find their names."""
        named = {"products": self.products, "customers": self.customers, "orders": self.orders}
        return {contract: table for contract, table in named.items() if table is not None}

    @model_validator(mode="after")
    def _complete(self) -> Mapping:
        for name, table in self.tables.items():
            contract = CONTRACTS[name]
            unknown = sorted(set(table.columns) - set(contract.names))
            if unknown:
                raise ValueError(f"{name} has no column {', '.join(unknown)}")
            missing = missing_columns(contract, table.columns)
            if missing:
                raise ValueError(f"{name} needs a column for {', '.join(missing)}")
        if not self.tables:
            raise ValueError("it maps no table")
        return self


def read_mapping(path: Path) -> Mapping:
    """The mapping in `path`. Raises BadMapping."""
    try:
        return Mapping.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadMapping(path=str(path), reason=error.strerror or str(error)) from error
    except ValueError as error:
        raise BadMapping(path=str(path), reason=_reason(error)) from error


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, part['loc'])) or 'file'}: {part['msg']}" for part in error.errors())
