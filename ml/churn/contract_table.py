"""A table of contracts with a label as numbers: any columns, whatever they are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "sí", "si", "s", "verdadero", "churned", "left", "lost"})
NO = frozenset({"no", "n", "false", "f", "0", "0.0", "falso", "retained", "stayed", "active"})
MOST_LEVELS = 20
"""Texts with more levels than this are told by how frequent the level is."""
IDENTITY_SHARE = 0.5
"""Texts with a level for more than this share of rows name the row."""
NUMERIC_SHARE = 0.95
LARGEST = 1e15
"""Numbers beyond so many are taken for it: trees compute in float32."""
IDENTITY_NAMES = frozenset({"customer_id", "customerid", "id", "name", "email", "phone", "contract_id", "account_id"})


@dataclass(frozen=True)
class Encoder:
    """How columns become numbers, learnt from training rows alone.

    medians: numeric column → what stands for a missing value. levels: text column → its levels, each with a column of
    its own. shares: text column of many levels → level → share of rows.
    """

    medians: dict[str, float]
    levels: dict[str, tuple[str, ...]]
    shares: dict[str, dict[str, float]]

    @property
    def columns(self) -> list[str]:
        """The source column of each number, in order."""
        wide = [name for name, levels in self.levels.items() for _ in levels]
        return [*self.medians, *wide, *self.shares]

    def matrix(self, table: pd.DataFrame) -> np.ndarray:
        """(rows, numbers) float32 of the rows; what was never seen is a missing value, or a level of nobody's."""
        parts = [numbers(table[name]).fillna(median).to_numpy(float) for name, median in self.medians.items()]
        for name, levels in self.levels.items():
            texts = texts_of(table[name])
            parts += [(texts == level).to_numpy(float) for level in levels]
        parts += [texts_of(table[name]).map(share).fillna(0.0).to_numpy(float) for name, share in self.shares.items()]
        return np.column_stack(parts).astype(np.float32) if parts else np.zeros((len(table), 0), np.float32)


def learn_encoder(table: pd.DataFrame) -> Encoder:
    """From the feature columns of training rows. Constant columns and those that name the row are left out."""
    medians, levels, shares = {}, {}, {}
    for name in map(str, table.columns):
        column = table[name]
        texts = texts_of(column)
        if texts.nunique() < 2 or _names_the_row(name, texts):
            continue
        known = numbers(column)
        if _is_numeric(texts, known):
            medians[name] = float(known.median())
        elif texts.nunique() <= MOST_LEVELS:
            levels[name] = tuple(sorted(texts.unique()))
        else:
            shares[name] = texts.value_counts(normalize=True).to_dict()
    return Encoder(medians, levels, shares)


def answers(column: pd.Series) -> np.ndarray:
    """(rows,) 1 where the contract was left, else 0. Raises ValueError on anything but yes and no, or one of them."""
    texts = texts_of(column).str.lower()
    unknown = sorted(set(texts) - YES - NO)
    if unknown:
        raise ValueError(f"the label {column.name} must say yes or no, 1 or 0; it has {', '.join(unknown[:3])!r}")
    left = texts.isin(YES).to_numpy(float)
    if len(left) == 0 or left.min() == left.max():
        raise ValueError(f"every row has the same answer in {column.name}: there is nothing to learn")
    return left


def texts_of(column: pd.Series) -> pd.Series:
    """Each value as text without spaces around it; a missing one is empty."""
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def numbers(column: pd.Series) -> pd.Series:
    """Each value as a number, NaN where it is none; booleans are 0 and 1."""
    known = column.astype(float) if pd.api.types.is_bool_dtype(column) else pd.to_numeric(column, errors="coerce")
    known = known.astype(float)
    return known.where(np.isfinite(known)).clip(-LARGEST, LARGEST)


def _is_numeric(texts: pd.Series, known: pd.Series) -> bool:
    given = texts != ""
    return bool(known[given].notna().mean() >= NUMERIC_SHARE) and known.nunique() > 1


def _names_the_row(name: str, texts: pd.Series) -> bool:
    if name.lower() in IDENTITY_NAMES:
        return True
    distinct = texts.nunique() / max(len(texts), 1)
    if distinct > IDENTITY_SHARE and pd.to_numeric(texts, errors="coerce").isna().mean() > 1 - NUMERIC_SHARE:
        return len(texts) > MOST_LEVELS
    return distinct == 1.0 and len(texts) > MOST_LEVELS and bool(texts.str.fullmatch(r"\d+").all())
