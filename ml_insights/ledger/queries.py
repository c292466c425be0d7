"""Reads of the ledger. Accuracy adds up the scores of blocks, so that a million rows cost what a few hundred do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, case, func, literal, literal_column, select
from sqlmodel import Session, SQLModel

from ml_insights.commerce.tables import Dataset
from ml_insights.core import clock
from ml_insights.ledger import policy
from ml_insights.ledger.facts import Accuracy, Calibration, DecisionFact, OutcomeFact, PredictionFact, Story
from ml_insights.ledger.tables import PLACES, BlockKind, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from ml.drift import Decay

BLOCKS, PREDICTIONS, DECISIONS, OUTCOMES, SCORES = (
    SQLModel.metadata.tables[f"ledger_{name}"].c
    for name in ("blocks", "predictions", "decisions", "outcomes", "scores")
)
PLACE_BITS: Any = literal_column(str(PLACES))
BLOCK_OF = PREDICTIONS.id.bitwise_rshift(PLACE_BITS)
MADE_BY = BLOCKS.model_name + literal("/") + BLOCKS.model_version


def accuracy_by_week(
    session: Session, dataset: Dataset, model_name: str, purpose: str | None = None, version: str | None = None
) -> list[Accuracy]:
    """How right a model was, by week of the target, the oldest first. All versions together unless one is named."""
    scores = _scores(dataset, model_name, purpose, version)
    sums = [func.sum(SCORES[name]) for name in policy.SUMS]
    found = session.execute(_select(scores, SCORES.week, *sums).group_by(SCORES.week).order_by(SCORES.week))
    histograms = _histograms(session, scores)
    return [
        policy.accuracy(week, dict(zip(policy.SUMS, row, strict=True)), policy.merged(histograms.get(week, [])))
        for week, *row in found
    ]


def accuracy_since(
    session: Session,
    dataset: Dataset,
    model_name: str,
    since: date,
    purpose: str | None = None,
    version: str | None = None,
) -> Accuracy | None:
    """How right a model was about everything from the week of `since` on; None without any outcome."""
    scores = [*_scores(dataset, model_name, purpose, version), SCORES.week >= policy.weeks_before(since, 0)]
    row = session.execute(_select(scores, *(func.sum(SCORES[name]) for name in policy.SUMS))).one()
    if row[0] is None:
        return None
    histograms = [one for week in _histograms(session, scores).values() for one in week]
    return policy.accuracy(None, dict(zip(policy.SUMS, row, strict=True)), policy.merged(histograms))


def calibration(
    session: Session,
    dataset: Dataset,
    model_name: str,
    *,
    since: date | None = None,
    purpose: str | None = None,
    version: str | None = None,
    bins: int = policy.ECE_BINS,
) -> Calibration:
    """Probabilities against frequencies, and the bands' promised coverage against the measured one."""
    scores = _scores(dataset, model_name, purpose, version)
    scores += [SCORES.week >= policy.weeks_before(since, 0)] if since else []
    histogram = policy.merged(one for week in _histograms(session, scores).values() for one in week)
    names = ("inside_80", "bands_80", "inside_95", "bands_95")
    inside_80, bands_80, inside_95, bands_95 = session.execute(
        _select(scores, *(func.sum(SCORES[name]) for name in names))
    ).one()
    levels = ((0.8, inside_80, bands_80), (0.95, inside_95, bands_95))
    coverage = tuple((level, inside / bands, bands) for level, inside, bands in levels if bands)
    return Calibration(policy.calibration_bins(histogram, bins), coverage)


def drift_of_error(
    session: Session,
    dataset: Dataset,
    model_name: str,
    promised: float,
    *,
    metric: str = "mase",
    weeks: int = 4,
    purpose: str | None = "live",
    version: str | None = None,
) -> Decay:
    """The error of the last `weeks` weeks that have outcomes against the one promised at promotion; see `ml.drift`.

    metric: one of `policy.ERRORS`. promised: the same score as it was measured on the hold-out.
    """
    from ml.drift import decay

    return decay(recent_errors(session, dataset, model_name, metric, weeks, purpose, version), promised)


def recent_errors(
    session: Session,
    dataset: Dataset,
    model_name: str,
    metric: str,
    weeks: int,
    purpose: str | None = "live",
    version: str | None = None,
) -> pd.DataFrame:
    """subject, period (day of the target), total and count of an error, over the last `weeks` weeks with outcomes."""
    import pandas as pd

    scores = _scores(dataset, model_name, purpose, version)
    last = session.execute(_select(scores, func.max(SCORES.week))).scalar_one()
    parts = []
    if last:
        recent = [*scores, SCORES.week > last - timedelta(weeks=weeks)]
        pairs = session.execute(_select(recent, SCORES.prediction_block, SCORES.outcome_block).distinct())
        parts = [_errors_of(session, metric, of, found, last - timedelta(weeks=weeks)) for of, found in pairs]
    columns = pd.Index(["subject", "period", "total", "count"])
    whole = pd.DataFrame([tuple(row) for part in parts for row in part], columns=columns)
    return whole.groupby(["subject", "period"], as_index=False).sum()


def _errors_of(session: Session, metric: str, predictions: int, outcomes: int, since: date) -> Sequence[Row[Any]]:
    size = func.abs(PREDICTIONS.value - OUTCOMES.actual)
    true = case((OUTCOMES.actual >= 0.5, 1.0), else_=0.0)
    chance = case(
        (PREDICTIONS.probability < policy.SURE, policy.SURE),
        (PREDICTIONS.probability > 1 - policy.SURE, 1 - policy.SURE),
        else_=PREDICTIONS.probability,
    )
    total, count = {
        "mae": (size, literal(1)),
        "mase": (size / func.nullif(PREDICTIONS.scale, 0), literal(1)),
        "wape": (size, func.abs(OUTCOMES.actual)),
        "brier": ((PREDICTIONS.probability - true) * (PREDICTIONS.probability - true), literal(1)),
        "log_loss": (-func.ln(true * chance + (1 - true) * (1 - chance)), literal(1)),
    }[metric]
    start = datetime.combine(since + timedelta(weeks=1), datetime.min.time(), clock.now().tzinfo)
    found = OUTCOMES.id.between(rows_of(outcomes).start, rows_of(outcomes)[-1])
    foretold = PREDICTIONS.id.between(rows_of(predictions).start, rows_of(predictions)[-1])
    query = (
        select(PREDICTIONS.subject, func.date(PREDICTIONS.target_at), func.sum(total), func.sum(count))
        .join_from(OUTCOMES.id.table, PREDICTIONS.id.table, PREDICTIONS.id == OUTCOMES.prediction_id)
        .where(found, foretold, total.is_not(None), PREDICTIONS.target_at >= start)
        .group_by(PREDICTIONS.subject, func.date(PREDICTIONS.target_at))
    )
    return session.execute(query).all()


def due(
    session: Session, dataset: Dataset, model_name: str, until: datetime, *, after: int = 0, limit: int | None = None
) -> pd.DataFrame:
    """prediction_id, subject, target_at (UTC) and the model's version of what has matured by `until`, by id.

    What has an outcome is left out. The first `limit` of those after the id `after`.
    """
    import pandas as pd

    found: list[Any] = []
    for block, version in _open_blocks(session, dataset, model_name, until):
        ids = rows_of(block)
        if ids.stop <= after or (limit is not None and len(found) >= limit):
            continue
        query = (
            select(PREDICTIONS.id, PREDICTIONS.subject, PREDICTIONS.target_at)
            .join_from(PREDICTIONS.id.table, OUTCOMES.id.table, OUTCOMES.prediction_id == PREDICTIONS.id, isouter=True)
            .where(PREDICTIONS.id.between(max(ids.start, after + 1), ids[-1]), PREDICTIONS.target_at <= until)
            .where(OUTCOMES.id.is_(None))
            .order_by(PREDICTIONS.id)
        )
        rows = session.execute(query if limit is None else query.limit(limit - len(found)))
        found += [(*row, version) for row in rows]
    columns = pd.Index(["prediction_id", "subject", "target_at", "version"])
    table = pd.DataFrame(found, columns=columns)
    return table.astype({"prediction_id": "int64"}).assign(target_at=pd.to_datetime(table["target_at"], utc=True))


def _open_blocks(session: Session, dataset: Dataset, model_name: str, until: datetime) -> list[tuple[int, str]]:
    """Blocks of predictions of which some have no outcome yet, and the first has matured, with the model's version."""
    ended = select(SCORES.prediction_block, func.sum(SCORES.outcomes).label("outcomes"))
    ended = ended.group_by(SCORES.prediction_block).subquery()
    query = (
        select(BLOCKS.id, BLOCKS.model_version)
        .join_from(BLOCKS.id.table, ended, ended.c.prediction_block == BLOCKS.id, isouter=True)
        .where(BLOCKS.dataset == dataset, BLOCKS.kind == BlockKind.PREDICTIONS, BLOCKS.model_name == model_name)
        .where(BLOCKS.first_target <= until, BLOCKS.row_count > func.coalesce(ended.c.outcomes, 0))
    )
    return [(block, version) for block, version in session.execute(query.order_by(BLOCKS.id))]


def story(session: Session, dataset: Dataset, subject: str, limit: int = 100) -> Story:
    """Everything about a subject: its newest predictions and those that were acted on, outcomes, decisions."""
    about = (PREDICTIONS.subject == subject, BLOCKS.dataset == dataset)
    decisions = _decisions(session, dataset, DECISIONS.subject == subject, limit)
    newest = _predictions().where(*about).order_by(BLOCK_OF.desc(), PREDICTIONS.id).limit(limit)
    rows = {row.id: row for row in session.execute(newest)}
    acted_on = [one.prediction_id for one in decisions if one.prediction_id and one.prediction_id not in rows]
    rows |= {row.id: row for row in session.execute(_predictions().where(*about, PREDICTIONS.id.in_(acted_on)))}
    counted = select(func.count()).select_from(_with_block()).where(*about)
    predictions = tuple(_prediction(row) for row in rows.values())
    return Story(subject, predictions, tuple(decisions), session.execute(counted).scalar_one())


def first_prediction(session: Session, dataset: Dataset, model: str, subject: str) -> int | None:
    """The live prediction of a model version ("demand/3") about a subject that matures first, of its newest block.

    A version that is judged again on a hold-out writes predictions that nobody acts on: those are passed over.
    """
    name, _, version = model.partition("/")
    query = (
        select(PREDICTIONS.id)
        .select_from(_with_block())
        .where(PREDICTIONS.subject == subject, BLOCKS.dataset == dataset)
        .where(BLOCKS.model_name == name, BLOCKS.model_version == version, BLOCKS.purpose == "live")
        .order_by(BLOCK_OF.desc(), PREDICTIONS.target_at)
    )
    return session.execute(query.limit(1)).scalar()


def latest_decisions(
    session: Session, dataset: Dataset, action: str, subjects: Sequence[str]
) -> dict[str, DecisionFact]:
    """The last decision of a kind about each of `subjects`."""
    wanted = (DECISIONS.action == action) & DECISIONS.subject.in_(subjects)
    newest = select(func.max(DECISIONS.id)).select_from(_with_block(DECISIONS)).where(wanted)
    newest = newest.where(BLOCKS.dataset == dataset).group_by(DECISIONS.subject)
    return {one.subject: one for one in _decisions(session, dataset, DECISIONS.id.in_(newest), None)}


def predictions_last_hour(session: Session) -> dict[tuple[str, str], int]:
    """How many live predictions were written in the last hour, by data set and model; models without any at 0."""
    recent = func.sum(case((BLOCKS.written_at > clock.now() - timedelta(hours=1), BLOCKS.row_count), else_=0))
    query = (
        select(BLOCKS.dataset, BLOCKS.model_name, recent)
        .where(BLOCKS.kind == BlockKind.PREDICTIONS, BLOCKS.purpose == "live")
        .group_by(BLOCKS.dataset, BLOCKS.model_name)
    )
    return {(dataset.value, model): int(number) for dataset, model, number in session.execute(query)}


def _scores(dataset: Dataset, model_name: str, purpose: str | None, version: str | None) -> list[Any]:
    """Conditions on scores joined with the block of their predictions."""
    found = [BLOCKS.dataset == dataset, BLOCKS.kind == BlockKind.PREDICTIONS, BLOCKS.model_name == model_name]
    found += [BLOCKS.purpose == purpose] if purpose else []
    return found + ([BLOCKS.model_version == version] if version else [])


def _select(conditions: list[Any], *columns: Any) -> Select[*tuple[Any, ...]]:
    joined = BLOCKS.id.table.join(SCORES.week.table, SCORES.prediction_block == BLOCKS.id)
    return select(*columns).select_from(joined).where(*conditions)


def _histograms(session: Session, conditions: list[Any]) -> dict[date, list[policy.Histogram]]:
    found: dict[date, list[policy.Histogram]] = {}
    chosen = _select([*conditions, SCORES.probabilities > 0], SCORES.week, SCORES.probability_bins)
    for week, histogram in session.execute(chosen):
        found.setdefault(week, []).append(histogram)
    return found


def _with_block(columns: Any = PREDICTIONS) -> Any:
    return columns.id.table.join(BLOCKS.id.table, BLOCKS.id == columns.id.bitwise_rshift(PLACE_BITS))


def _predictions() -> Select[*tuple[Any, ...]]:
    matured = BLOCKS.id.table.alias("matured")
    with_outcome = (
        _with_block()
        .outerjoin(OUTCOMES.id.table, OUTCOMES.prediction_id == PREDICTIONS.id)
        .outerjoin(matured, matured.c.id == OUTCOMES.id.bitwise_rshift(PLACE_BITS))
    )
    return select(
        *PREDICTIONS,
        MADE_BY.label("model"),
        BLOCKS.purpose,
        BLOCKS.made_at,
        BLOCKS.features_digest,
        OUTCOMES.actual,
        OUTCOMES.reason,
        matured.c.made_at.label("matured_at"),
    ).select_from(with_outcome)


def _prediction(row: Row[Any]) -> PredictionFact:
    outcome = OutcomeFact(row.actual, row.reason, row.matured_at) if row.matured_at else None
    plain = {name: getattr(row, name) for name in PredictionFact.__dataclass_fields__ if name != "outcome"}
    return PredictionFact(**plain, outcome=outcome)


def _decisions(session: Session, dataset: Dataset, wanted: Any, limit: int | None) -> list[DecisionFact]:
    query = select(*DECISIONS, BLOCKS.made_at).select_from(_with_block(DECISIONS))
    query = query.where(wanted, BLOCKS.dataset == dataset).order_by(DECISIONS.id.desc()).limit(limit)
    return [
        DecisionFact(
            id=row.id,
            subject=row.subject,
            action=row.action,
            by=row.decided_by,
            at=row.made_at,
            prediction_id=row.prediction_id,
            model=row.model,
            detail=json.loads(row.detail),
        )
        for row in session.execute(query)
    ]
