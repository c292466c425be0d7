"""The registry's part of removing the demo company: versions trained on it, and their files."""

import shutil

from sqlalchemy import event
from sqlmodel import Session, col, func, select

from ml_insights.commerce.tables import Dataset
from ml_insights.registry.service import model_folder
from ml_insights.registry.tables import ModelVersion

OF_DEMO = col(ModelVersion.dataset) == Dataset.DEMO.value


def count(session: Session) -> dict[str, int]:
    """How many versions were trained on the demo company."""
    return {"ai_models": session.exec(select(func.count()).where(OF_DEMO)).one()}


def clear(session: Session) -> dict[str, int]:
    """Remove the versions; their files go once the transaction is through, so that a roll-back loses none."""
    versions = session.exec(select(ModelVersion).where(OF_DEMO)).all()
    folders = [model_folder() / version.path for version in versions]
    for version in versions:
        session.delete(version)
    session.flush()

    event.listen(session, "after_commit", lambda _: [shutil.rmtree(folder, True) for folder in folders], once=True)
    event.listen(session, "after_rollback", lambda _: folders.clear(), once=True)
    return {"ai_models": len(versions)}
