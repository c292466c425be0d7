"""What the import page shows, in small states: the file and its mapping, the refused rows, the history."""

from ml_insights.sources.state.history import HistoryState
from ml_insights.sources.state.importing import ImportState
from ml_insights.sources.state.refused import RefusedState
from ml_insights.sources.state.unfinished import UnfinishedState

__all__ = ["HistoryState", "ImportState", "RefusedState", "UnfinishedState"]
