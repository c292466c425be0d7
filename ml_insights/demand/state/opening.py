"""What happens when the page is opened: the series first, the rest after it."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.demand.state.listing import SeriesListState
from ml_insights.demand.state.points import PointsState
from ml_insights.demand.state.reorder import ReorderState
from ml_insights.demand.state.running import DemandRunState
from ml_insights.demand.state.series import DemandState
from ml_insights.ui.guard import allow


class DemandPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.DEMAND)
    def load(self):
        """Fill the page from the top down."""
        return [DemandState.load, PointsState.load, SeriesListState.load, DemandRunState.resume, ReorderState.load]
