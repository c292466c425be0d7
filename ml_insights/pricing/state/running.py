"""Pricing anew, watched while it runs."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.pricing.state.board import PricesState


@follows("prices", sees=Area.PRICING, starts=Area.RECOMPUTE, then=(PricesState.load,))
class PricesRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
