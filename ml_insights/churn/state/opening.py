"""What happens when the page is opened: the alerts first, the run under way after them."""

import reflex as rx

from ml_insights.churn.state.board import ChurnState
from ml_insights.churn.state.running import ChurnRunState
from ml_insights.core.access import Area
from ml_insights.ui.guard import allow


class ChurnPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.CHURN)
    def load(self):
        """Fill the page from the top down."""
        return [ChurnState.load, ChurnRunState.resume]
