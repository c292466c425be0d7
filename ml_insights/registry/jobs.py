"""What runs in a worker: see that every champion still loads, before somebody needs it."""

from __future__ import annotations

from typing import Any

from ml_insights.core.capability import Progress
from ml_insights.core.database import reading, transaction
from ml_insights.core.i18n import N_
from ml_insights.registry import queries, service
from ml_insights.registry.serving import opened


def verify(progress: Progress) -> dict[str, Any]:
    """Load every champion as readers do; those that cannot be loaded are told of, those that can again are cleared."""
    with reading() as session:
        champions = queries.champions(session)
    failed: list[str] = []
    for number, champion in enumerate(champions):
        progress(
            number / len(champions),
            N_("Loading {name}, version {version}"),
            name=champion.name,
            version=champion.version,
        )
        with transaction() as session:
            found = service.find(session, champion.name, champion.dataset, opened)
            service.note(session, found)
        failed += [champion.key] if found.reasons else []
    return {"models": len(champions), "failed": failed}
