"""Checking a chain from its first block to its end: does everything still say what it said when it was written?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.core.i18n import N_
from ml_insights.ledger import rows
from ml_insights.ledger.canonical import GENESIS, changed_rows, column_digests
from ml_insights.ledger.chain import digest_of
from ml_insights.ledger.facts import Breach, Verification
from ml_insights.ledger.policy import SUMS
from ml_insights.ledger.service.matured import scores_of
from ml_insights.ledger.tables import PLACES, BlockKind, block_id, rows_of

BLOCKS, CHAINS, SCORES = (SQLModel.metadata.tables[f"ledger_{name}"] for name in ("blocks", "chains", "scores"))
LISTED = 5
"""Rows that a message names."""


def verify(session: Session, dataset: Dataset, head: str | None = None) -> Verification:
    """Check every block of a data set's chain, in order, up to the first that is not as it was written.

    head: the digest of a block that was noted earlier; it must still be in the chain, which proves that nobody wrote
    the chain anew with other content.
    """
    ends = session.execute(select(CHAINS.c.blocks, CHAINS.c.head).where(CHAINS.c.dataset == dataset)).first()
    blocks, end = ends or (0, GENESIS)
    previous, counted, noted = GENESIS, 0, head is None
    for number in range(1, blocks + 1):
        try:
            stored = session.execute(select(BLOCKS).where(BLOCKS.c.id == block_id(dataset, number))).mappings().first()
            problem = _problem(session, number, stored, previous)
        except (TypeError, ValueError):  # SQLite takes any value into any column
            stored, problem = None, _untrue(number)
        if stored is None or problem:
            return Verification(dataset.value, number - 1, counted, end, problem)
        previous, counted = stored["digest"], counted + stored["row_count"]
        noted = noted or previous == head
    breach = _at_the_end(session, dataset, blocks, previous, end)
    if not breach and not noted:
        breach = Breach(blocks, N_("No block has the digest {head}: the chain was written anew."), {"head": head})
    return Verification(dataset.value, blocks, counted, end, breach)


def _problem(session: Session, number: int, stored: Any, previous: str) -> Breach | None:
    if stored is None:
        return Breach(number, N_("Block {block} is missing."), {"block": number})
    if stored["previous"] != previous:
        return Breach(number, N_("Block {block} does not follow the one before it."), {"block": number})
    if digest_of(dict(stored), stored["row_checks"]) != stored["digest"]:
        return _untrue(number)
    ids, columns = rows.read(session, stored["kind"], stored["id"])
    return _wrong_rows(stored, ids) or _wrong_values(stored, columns) or _wrong_scores(session, stored)


def _untrue(number: int) -> Breach:
    return Breach(number, N_("What block {block} says about itself was changed."), {"block": number})


def _wrong_rows(block: Any, ids: Sequence[int]) -> Breach | None:
    expected = rows_of(block["id"], block["row_count"])
    if len(ids) == len(expected) and ids[0] == expected[0] and ids[-1] == expected[-1]:
        return None
    missing, added = sorted(set(expected) - set(ids)), sorted(set(ids) - set(expected))
    values = {"block": block["number"], "kind": block["kind"]}
    if missing:
        return Breach(block["number"], N_("Block {block} lacks {kind}: {rows}."), {**values, "rows": _listed(missing)})
    return Breach(block["number"], N_("Block {block} has added {kind}: {rows}."), {**values, "rows": _listed(added)})


def _wrong_values(block: Any, columns: Mapping[str, Any]) -> Breach | None:
    now, then = column_digests(columns), block["column_digests"]
    changed = [name for name in now if now[name] != then.get(name)]
    if not changed:
        return None
    start = rows_of(block["id"]).start
    found = _listed([start + place for place in changed_rows(columns, block["row_checks"])])
    values = {"block": block["number"], "kind": block["kind"], "columns": ", ".join(changed), "rows": found}
    return Breach(block["number"], N_("In block {block}, {columns} was changed in {kind}: {rows}."), values)


def _wrong_scores(session: Session, block: Any) -> Breach | None:
    """The sums that accuracy is made of must follow from the block's outcomes."""
    if block["kind"] != BlockKind.OUTCOMES:
        return None
    stored = session.execute(select(SCORES).where(SCORES.c.outcome_block == block["id"])).mappings()
    then = {(score["prediction_block"], score["week"]): score for score in stored}
    now = {
        (score["prediction_block"], score["week"]): score
        for score in scores_of(session, block["id"], ZoneInfo(block["zone"]))
    }
    if then.keys() == now.keys() and all(_same(then[key], now[key]) for key in now):
        return None
    return Breach(
        block["number"],
        N_("The scores of block {block} do not follow from its outcomes."),
        {"block": block["number"]},
    )


def _same(then: Any, now: Any) -> bool:
    bins = now["probability_bins"]
    return all(isclose(then[name], now[name], abs_tol=1e-9) for name in SUMS) and {
        place: counts[:2] for place, counts in then["probability_bins"].items()
    } == {place: counts[:2] for place, counts in bins.items()}


def _at_the_end(session: Session, dataset: Dataset, blocks: int, previous: str, end: str) -> Breach | None:
    """The last block must be the one that the chain ends with, and no row may stand outside of every block."""
    if previous != end:
        return Breach(blocks, N_("The chain does not end with block {block}: its end was changed."), {"block": blocks})
    beyond = session.execute(
        select(BLOCKS.c.number).where(BLOCKS.c.dataset == dataset, BLOCKS.c.number > blocks).limit(1)
    ).scalar()
    # A block that was added since the end was read is no breach: its writer moved the end in the same transaction.
    now = session.execute(select(CHAINS.c.blocks).where(CHAINS.c.dataset == dataset)).scalar() or 0
    if beyond is not None and beyond > now:
        return Breach(beyond, N_("Block {block} was added behind the end of the chain."), {"block": beyond})
    return _strays(session, dataset, blocks)


def _strays(session: Session, dataset: Dataset, blocks: int) -> Breach | None:
    sets = len(Dataset)
    for kind in BlockKind:
        outside = text(
            f"SELECT id FROM ledger_{kind.value} AS stray WHERE (id >> {PLACES}) % {sets} = :place AND NOT EXISTS "  # noqa: S608
            f"(SELECT 1 FROM ledger_blocks AS block WHERE block.id = stray.id >> {PLACES} "
            "AND block.kind = :kind) ORDER BY id LIMIT :listed"
        )
        wanted = {"place": block_id(dataset, 0) % sets, "kind": kind.value, "listed": LISTED}
        found = list(session.execute(outside, wanted).scalars())
        if found:
            values = {"kind": kind.value, "rows": _listed(found)}
            return Breach(blocks, N_("No block knows these {kind}: {rows}."), values)
    return None


def _listed(ids: Sequence[int]) -> str:
    shown = ", ".join(map(str, ids[:LISTED]))
    return f"{shown} … ({len(ids)})" if len(ids) > LISTED else shown or "?"
