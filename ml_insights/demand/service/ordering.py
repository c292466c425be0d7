"""A person orders what the forecast suggests: the decision, in the ledger, on the prediction that led to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlmodel import Session

from ml_insights.commerce.service import hold
from ml_insights.commerce.tables import Dataset
from ml_insights.core.errors import InvalidInput
from ml_insights.core.i18n import N_, gettext
from ml_insights.core.once import LastChange
from ml_insights.core.settings import settings
from ml_insights.demand.errors import NoForecastYet, OrderedMeanwhile, UnknownSeries
from ml_insights.demand.policy import candidate_ids
from ml_insights.demand.queries import current_release, series_detail
from ml_insights.demand.tables import Level, Measure
from ml_insights.ledger import queries as ledger
from ml_insights.ledger import service
from ml_insights.ledger.facts import DecisionFact

ORDERED = "ordered"
MOST = 1e9


def mark_ordered(
    session: Session,
    dataset: Dataset,
    product: str,
    quantity: float,
    by: str,
    lead_time: int | None = None,
    *,
    seen: int | None = None,
) -> int:
    """Record that `by` has ordered `quantity` of a product, on the newest forecast of it; the decision's id.

    lead_time: days that were planned for, where it was said. seen: the last order that the person knows, 0 for none;
    any where it is None. Raises NoForecastYet, UnknownSeries, InvalidInput and OrderedMeanwhile.
    """
    if not (math.isfinite(quantity) and 0 < quantity <= MOST):
        reason = gettext(N_("it must be above 0 and at most {most}"), settings().language, most=f"{MOST:,.0f}")
        raise InvalidInput(field="quantity", value=quantity, reason=reason)
    release = current_release(session, dataset)
    if release is None:
        raise NoForecastYet
    found = series_detail(session, release.id, candidate_ids(Measure.UNITS, f"{Level.PRODUCT.value}/{product}"))
    if found is None:
        raise UnknownSeries(series=product, measure=Measure.UNITS.value, suggestions="–")
    hold(session, dataset)  # of two who order at once, the second waits here, and then sees the first one's order
    last = last_orders(session, dataset, [product]).get(product)
    if last and seen is not None and last.id != seen:
        if (last.by, last.detail.get("quantity")) == (by, quantity):  # pressed twice, or sent again
            return last.id
        told = {"quantity": f"{last.detail.get('quantity', 0):g}", "order": last.id}
        raise OrderedMeanwhile(LastChange(last.by, last.at), product=product, **told)
    subject = found.ref.unique_id
    prediction = ledger.first_prediction(session, dataset, release.model_version, subject)
    detail = {"quantity": quantity, "lead_time": lead_time, "data_until": release.data_until.isoformat()}
    known = {name: value for name, value in detail.items() if value is not None}
    return service.record_decision(session, dataset, subject, ORDERED, by, prediction, release.model_version, known)


def last_orders(session: Session, dataset: Dataset, products: Sequence[str]) -> dict[str, DecisionFact]:
    """The last order of each of `products` that somebody marked."""
    subjects = {subject_of(product): product for product in products}
    found = ledger.latest_decisions(session, dataset, ORDERED, list(subjects))
    return {subjects[subject]: decision for subject, decision in found.items()}


def subject_of(product: str) -> str:
    """How the ledger names the demand for a product."""
    return f"{Measure.UNITS.value}/{Level.PRODUCT.value}/{product}"
