"""What the doctor asks of the stored models."""

from ml_insights.core.database import reading
from ml_insights.core.doctor import Finding, Status
from ml_insights.registry import queries, service
from ml_insights.registry.serving import opened


def models() -> Finding:
    """Can every model that answers be loaded?"""
    with reading() as session:
        champions = queries.champions(session)
        tried = [service.find(session, champion.name, champion.dataset, opened) for champion in champions]
    bad = [f"{found.name}, {found.reasons[0]}" for found in tried if found.reasons]
    if bad:
        status = Status.WARNING if all(found.loaded for found in tried) else Status.BROKEN
        return Finding(status, f"{'; '.join(bad)}.", "Roll back, train it again, or restore a backup.")
    return Finding(Status.OK, f"{len(champions)} in use, every file as it was written.")
