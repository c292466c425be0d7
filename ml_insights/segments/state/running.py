"""Segmenting anew, watched while it runs."""

import reflex as rx

from ml_insights.core.access import Area
from ml_insights.jobs.state.following import FollowingState, follows
from ml_insights.segments.state.board import SegmentsState
from ml_insights.segments.state.members import MembersState


@follows(
    "segments",
    sees=Area.SEGMENTS,
    starts=Area.RECOMPUTE,
    then=(
        SegmentsState.load,
        MembersState.load,
    ),
)
class SegmentsRunState(FollowingState, rx.State):
    """How far the run is, and how the last one ended."""
