"""What happens when the page is opened: the segments first, the members after them."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.members import MembersState
from ml_insights.segments.state.running import SegmentsRunState
from ml_insights.ui.guard import allow


class SegmentsPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.SEGMENTS)
    def load(self):
        """Fill the page from the top down."""
        return [SegmentsState.load, SegmentsRunState.resume, MembersState.load]
