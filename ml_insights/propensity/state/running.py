"""Scoring anew, watched while it runs."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.propensity.state.board import PropensityState


@follows("propensity", sees=Area.PROPENSITY, starts=Area.RECOMPUTE, then=(PropensityState.refresh,))
class PropensityRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
