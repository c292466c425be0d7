"""Save, promote, roll back and load model versions."""

from ml_insights.registry.service.files import model_folder, remove_after_commit
from ml_insights.registry.service.loading import Found, find, load, note
from ml_insights.registry.service.versions import (
    KEPT,
    challenge,
    hold_champion,
    next_version,
    promote,
    remove_old_files,
    retire,
    rollback,
    save,
    set_report,
    withdraw,
)

__all__ = [
    "KEPT",
    "Found",
    "challenge",
    "find",
    "hold_champion",
    "load",
    "model_folder",
    "next_version",
    "note",
    "promote",
    "remove_after_commit",
    "remove_old_files",
    "retire",
    "rollback",
    "save",
    "set_report",
    "withdraw",
]
