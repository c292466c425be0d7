"""Computing the forecasts anew, watched while it runs."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.demand.state.series import DemandState
from ml_insights.jobs.state.following import FollowingState, follows


@follows(
    "demand-forecast",
    sees=Area.DEMAND,
    starts=Area.DEMAND_RECOMPUTE,
    then=(
        DemandState.load,
        PointsState.load,
        SeriesListState.load,
        ReorderState.load,
    ),
)
class DemandRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
