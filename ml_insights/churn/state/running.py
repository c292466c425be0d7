"""Scoring anew, watched while it runs."""

import reflex as rx

from ml_insights.churn.state.board import ChurnState
from ml_insights.core.access import Area
from ml_insights.jobs.state.following import FollowingState, follows


@follows("churn-alerts", sees=Area.CHURN, starts=Area.RECOMPUTE, then=(ChurnState.refresh,))
class ChurnRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
