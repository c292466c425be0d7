"""What products and customers of a file are called: many of its rows tell it, and not all of them rightly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa

from ml_insights.core.arrow import compute as pc

NOTES = re.compile(
    r"(damage[sd]?|broken|lost|missing|found|faulty|wrong(ly)?|check(ed)?|mixed up|crushed|smashed|wet|mouldy|rusty|"
    r"thrown away|unsaleable|sample[sd]?|adjust(ment)?|counted|test|dañad[oa]s?|danad[oa]s?|rot[oa]s?|perdid[oa]s?|"
    r"faltantes?|mermas?|revisar|vencid[oa]s?|error|prueba|ajuste)\b"
)
"""How people begin a note about stock where a name should stand, lower-case and without accents of capitals."""


def is_note(name: str) -> bool:
    """Whether `name` says something about the stock rather than what the product is called: "?", "damaged", "lost?".

    Names are written with a capital somewhere; notes are typed in a hurry.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not any(character.isalnum() for character in plain):
        return True
    return plain == plain.lower() and NOTES.match(plain.lstrip("?!. ")) is not None


class Commonest:
    """Counts what each id is called over the chunks of a file; memory grows with ids and names, not with rows."""

    def __init__(self) -> None:
        self._counted: pa.Table | None = None

    def add(self, ids: pa.ChunkedArray, names: pa.ChunkedArray, first: int) -> None:
        """Count the rows of a chunk, whose first one is the file's row `first`. Empty names do not count."""
        table = pa.table({"id": ids, "name": names, "place": pa.array(np.arange(first, first + len(ids)))})
        table = table.filter(pc.is_valid(table["name"]))
        table = table.append_column("count", pa.array(np.ones(len(table), dtype=np.int64)))
        tables = [table] if self._counted is None else [self._counted, table]
        grouped = pa.concat_tables(tables).group_by(["id", "name"], use_threads=False)
        totals = grouped.aggregate([("place", "max"), ("count", "sum")])
        renamed = {"place_max": "place", "count_sum": "count"}
        self._counted = totals.rename_columns([renamed.get(name, name) for name in totals.column_names]).select(
            ["id", "name", "place", "count"]
        )

    def chosen(self) -> dict[str, str]:
        """The commonest name of each id, of several the latest. A note is a name only where there is no other."""
        best: dict[str, tuple[tuple[bool, int, int], str]] = {}
        for row in self._counted.to_pylist() if self._counted is not None else ():
            rank = (not is_note(row["name"]), row["count"], row["place"])
            if row["id"] not in best or rank > best[row["id"]][0]:
                best[row["id"]] = (rank, row["name"])
        return {key: name for key, (_, name) in best.items() if any(map(str.isalnum, name))}


def latest_of_each(chunk: pa.Table, key: str) -> pa.Table:
    """One row of each id, every column with the latest value that is not empty."""
    plain = pa.table({name: _plain(chunk[name]) for name in chunk.column_names})
    others = [name for name in plain.column_names if name != key]
    table = plain.group_by([key], use_threads=False).aggregate([(name, "last") for name in others])
    return table.rename_columns([name.removesuffix("_last") for name in table.column_names]).select(plain.column_names)


def products_of(chunks: Iterable[pa.Table], seen: list[int]) -> Iterator[pa.Table]:
    """A row of each product of a whole file: its commonest name and category, its latest cost.

    `seen` gets the number of rows of the file, once all were read.
    """
    names, categories = Commonest(), Commonest()
    costs: pa.Table | None = None
    rows = 0
    for chunk in chunks:
        ids = _plain(chunk["product_id"])
        names.add(ids, _plain(chunk["name"]), rows)
        categories.add(ids, _plain(chunk["category"]), rows)
        latest = latest_of_each(pa.table({"product_id": ids, "unit_cost": chunk["unit_cost"]}), "product_id")
        costs = latest if costs is None else latest_of_each(pa.concat_tables([costs, latest]), "product_id")
        rows += chunk.num_rows
    seen.append(rows)
    if costs is not None and costs.num_rows:
        yield _described(costs, {"name": names.chosen(), "category": categories.chosen()})


def _described(costs: pa.Table, said: Mapping[str, Mapping[str, str]]) -> pa.Table:
    ids = costs["product_id"].to_pylist()
    words = {column: pa.array([known.get(key) for key in ids], pa.string()) for column, known in said.items()}
    return pa.table({"product_id": costs["product_id"], **words, "unit_cost": costs["unit_cost"]})


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
