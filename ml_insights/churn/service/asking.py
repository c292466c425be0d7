"""How far ahead churn looks: what people have set, else what the purchases say."""

from __future__ import annotations

from sqlmodel import Session

from ml.behaviour.history import History
from ml.churn.horizon import rhythm
from ml_insights.churn.facts import Horizon
from ml_insights.churn.queries import chosen_horizon
from ml_insights.churn.tables import HorizonFrom
from ml_insights.commerce.tables import Dataset


def asked_for(session: Session, dataset: Dataset, past: History, end: int) -> Horizon:
    """The horizon that a model is to be made for. end: the first day (since 1970) that is not known as a whole."""
    found, chosen = rhythm(past, end), chosen_horizon(session, dataset)
    if chosen is not None:
        return Horizon(chosen, HorizonFrom.SET, found.within)
    if found.within is None:
        return Horizon(found.horizon, HorizonFrom.DEFAULT)
    slow = found.within > found.horizon
    return Horizon(found.horizon, HorizonFrom.SLOW if slow else HorizonFrom.PURCHASES, found.within)
