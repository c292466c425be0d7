"""Which Supabase table and columns feed which contract: as kept in the database, and as a JSON file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from ml.frames import CONTRACTS
from ml_insights.sources.mapping import missing_columns
from ml_insights.sources.pipeline import importable
from ml_insights.sources.supabase.errors import BadMapping

PAGE = 1000
"""Rows asked for at once; Supabase gives no more unless it is told to."""
FIRST = ("products", "customers")
"""What is read before the rest, so that orders find their names."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class TableMapping(BaseModel):
    """One table. `columns` maps the contract's columns to the table's.

    `key` is a unique column to page by, or several that are unique together. `cursor` is a column that grows when a
    row is added or changed, such as updated_at; without one the whole table is read each time. `features` are further
    columns that a contract keeps although it does not name them. `states` says of each value of the column `state`
    whether such rows are a sale, a return or left out; rows in any other state are refused. An empty `state` says that
    every row counts. Rows of a return are the orders themselves, "refunded", or "negative" documents of their own
    (`returns`). Rows with a value in the column `cancelled` are left out; the amounts in `refund` are taken off.

    With `order` "row" every row is an order of its own, known by its key. `constants` says what was sold, or how many
    units, in every row where no column says it.

    `rates` says what one unit of each currency in the column `currency` is worth in the company's: a number, "file" for
    what the column `rate` says, or "out"; rows in others are left out too, with a warning. An empty `currency` says
    that all amounts are in the company's. `decimal` and `dates` say how amounts and moments are written that the table
    holds as text. With `mirror` rows that are deleted there go here too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Name
    key: Name | tuple[Name, ...]
    cursor: Name | None = None
    page: int = Field(default=PAGE, ge=1, le=50_000)
    columns: dict[str, Name]
    order: Literal["", "row"] = ""
    constants: dict[Literal["product_id", "quantity"], Name] = Field(default_factory=dict)
    features: tuple[Name, ...] = ()
    state: str | None = Field(default=None, max_length=200)
    states: dict[str, Literal["sale", "return", "out"]] = Field(default_factory=dict)
    returns: Literal["refunded", "negative"] = "refunded"
    cancelled: Name | None = None
    refund: Name | None = None
    currency: str | None = Field(default=None, max_length=200)
    rates: dict[str, Literal["file", "out"] | Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    rate: Name | None = None
    decimal: str = Field(default="", max_length=10)
    dates: str = Field(default="", max_length=60)
    mirror: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to page by."""
        return (self.key,) if isinstance(self.key, str) else self.key

    @property
    def written(self) -> tuple[str, ...]:
        """The columns of the table whose values are used."""
        told = filter(None, (self.state, self.cancelled, self.refund, self.currency, self.rate))
        rows = self.keys if self.order else ()
        return tuple(dict.fromkeys((*self.columns.values(), *rows, *self.features, *told)))

    @property
    def joint(self) -> str:
        """What the header is called under which a row's number stands, where several columns are its key."""
        return " + ".join(self.keys) if self.order and len(self.keys) > 1 else ""

    @property
    def headers(self) -> tuple[str, ...]:
        """The header under which its rows are kept while they are read."""
        return (*self.written, self.joint) if self.joint else self.written

    @property
    def fed(self) -> dict[str, str]:
        """Our column → the header that feeds it."""
        return {**self.columns, "order_id": self.joint or self.keys[0]} if self.order else dict(self.columns)

    @property
    def selected(self) -> tuple[str, ...]:
        """Every column of the table that has to be read."""
        return tuple(dict.fromkeys((*self.written, *self.keys, *((self.cursor,) if self.cursor else ()))))

    @field_validator("constants")
    @classmethod
    def _counted(cls, constants: dict[str, str]) -> dict[str, str]:
        units = constants.get("quantity", "1")
        if not re.fullmatch(r"\d+(\.\d+)?", units) or not float(units):
            raise ValueError(f"the quantity of every row must be a number above 0, not {units}")
        return constants

    @model_validator(mode="after")
    def _keyed(self) -> TableMapping:
        if not self.keys:
            raise ValueError("it names no key")
        if self.state and not self.states:
            raise ValueError(f"it does not say what the states in {self.state} mean")
        if "file" in self.rates.values() and not self.rate:
            raise ValueError("it does not say which column holds the rates")
        return self


class Mapping(RootModel[dict[str, TableMapping]]):
    """Contract name → table."""

    model_config = ConfigDict(frozen=True)

    @property
    def tables(self) -> dict[str, TableMapping]:
        """Those that are mapped; products and customers first."""
        order = [*FIRST, *(name for name in self.root if name not in FIRST)]
        return {name: self.root[name] for name in order if name in self.root}

    @model_validator(mode="after")
    def _complete(self) -> Mapping:
        for name, table in self.root.items():
            require_usable(name, table)
        return self


def require_usable(name: str, table: TableMapping) -> None:
    """Raise ValueError where rows of the contract `name` cannot be made from `table` as it is mapped."""
    if name not in importable():
        raise ValueError(f"there are no {name} to read; choose among {', '.join(importable())}")
    contract = CONTRACTS[name]
    unknown = sorted(set(table.columns) - set(contract.names))
    if unknown:
        raise ValueError(f"{name} has no column {', '.join(unknown)}")
    if name != "orders" and (table.order or table.constants):
        raise ValueError(f"only orders can do without a column, {name} cannot")
    twice = sorted(set(table.columns) & {*table.constants, *(("order_id",) if table.order else ())})
    if twice:
        raise ValueError(f"{name} has a column for {', '.join(twice)} and says that it has none")
    missing = missing_columns(contract, [*table.fed, *table.constants])
    if missing:
        raise ValueError(f"{name} needs a column for {', '.join(missing)}")


def mapping_of(content: Any, where: str) -> Mapping:
    """The mapping in decoded JSON. Raises BadMapping, which calls it `where`."""
    try:
        return Mapping.model_validate(content)
    except ValueError as error:
        raise BadMapping(path=where, reason=_reason(error)) from error


def read_mapping(path: Path) -> Mapping:
    """The mapping in the file `path`, which maps at least one table. Raises BadMapping."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadMapping(path=str(path), reason=error.strerror or str(error)) from error
    return parse_mapping(text, str(path))


def parse_mapping(text: str, where: str) -> Mapping:
    """The mapping that a JSON text describes, of at least one table. Raises BadMapping, which calls it `where`."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise BadMapping(path=where, reason=str(error)) from error
    mapping = mapping_of(content, where)
    if not mapping.root:
        raise BadMapping(path=where, reason="it maps no table")
    return mapping


def as_json(mapping: Mapping) -> str:
    """The mapping as the file that `read_mapping` reads, without what is as it would be anyway."""
    return json.dumps(mapping.model_dump(exclude_defaults=True), ensure_ascii=False, indent=2) + "\n"


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, part['loc'])) or 'file'}: {part['msg']}" for part in error.errors())
