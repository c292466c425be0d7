"""What happens when the page is opened: the list first, the product that the address names after it."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.pricing.state.board import PricesState
from ml_insights.pricing.state.product import PriceState
from ml_insights.pricing.state.running import PricesRunState
from ml_insights.ui.guard import allow


class PricesPageState(rx.State):
    """Holds nothing; a page names one handler."""

    @rx.event
    @allow(Area.PRICING)
    def load(self):
        """Fill the page from the top down."""
        return [PricesState.load, PriceState.arrive, PricesRunState.resume]
