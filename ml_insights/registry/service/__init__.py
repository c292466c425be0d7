"""Save, promote, roll back and load model versions."""

from ml_insights.registry.service.files import model_folder, remove_after_commit
from ml_insights.registry.service.loading import load, load_as
from ml_insights.registry.service.versions import (
    KEPT,
    challenge,
    next_version,
    promote,
    remove_old_files,
    retire,
    rollback,
    save,
    set_report,
)

__all__ = [
    "KEPT",
    "challenge",
    "load",
    "load_as",
    "model_folder",
    "next_version",
    "promote",
    "remove_after_commit",
    "remove_old_files",
    "retire",
    "rollback",
    "save",
    "set_report",
]
