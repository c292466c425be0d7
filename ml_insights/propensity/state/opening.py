"""What happens when the page is opened: the list first, the run under way after it."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.propensity.state.board import PropensityState
from ml_insights.propensity.state.running import PropensityRunState
from ml_insights.ui.guard import allow


class PropensityPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.PROPENSITY)
    def load(self):
        """Fill the page from the top down."""
        return [PropensityState.load, PropensityRunState.resume]
