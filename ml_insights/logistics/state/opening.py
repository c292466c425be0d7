"""What happens when the page is opened: the estimate first, the rest after it."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.logistics.state.board import RoutesState
from ml_insights.logistics.state.estimating import EstimateState
from ml_insights.logistics.state.history import HistoryState
from ml_insights.logistics.state.running import RoutesRunState
from ml_insights.logistics.state.stops import StopsState
from ml_insights.ui.guard import allow


class RoutesPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.LOGISTICS)
    def load(self):
        """Fill the page from the top down."""
        return [
            RoutesState.load,
            EstimateState.load,
            RoutesRunState.resume,
            HistoryState.load,
            StopsState.load,
        ]
