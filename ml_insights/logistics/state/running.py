"""Estimating anew, watched while it runs."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.estimating import EstimateState
from ml_insights.logistics.state.history import HistoryState


@follows(
    "route-cost",
    sees=Area.LOGISTICS,
    starts=Area.RECOMPUTE,
    then=(
        RoutesState.load,
        EstimateState.load,
        HistoryState.load,
    ),
)
class RoutesRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
