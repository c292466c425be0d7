"""Whether the version that was asked, or judged against, is still the one that answers; and what was refused."""

from __future__ import annotations

from sqlmodel import Session

from ml_insights.capabilities import capabilities
from ml_insights.commerce.service import hold
from ml_insights.commerce.tables import Dataset
from ml_insights.core.database import reading
from ml_insights.core.i18n import in_each
from ml_insights.core.once import LastChange
from ml_insights.core.training import Learning, Recipe
from ml_insights.registry import queries as registered
from ml_insights.registry import service as registry
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.errors import ChampionChanged, RefusedBefore
from ml_insights.retraining.service import contest
from ml_insights.retraining.service.models import spec_of


def require_champion(session: Session, model: str, dataset: str, seen: str | None) -> None:
    """Raise ChampionChanged where another version answers than `seen` (None for none).

    Nobody can change it, nor the data set, until this transaction ends.
    """
    hold(session, Dataset(dataset))
    present = registry.hold_champion(session, model, dataset)
    if (present.version if present else None) == seen:
        return
    (last, *_) = registered.history(session, model, dataset, 1) or [None]
    by = LastChange(last.by, last.at) if last else LastChange("", None)
    titles = {job.name: job.title for capability in capabilities() for job in capability.jobs}
    raise ChampionChanged(by, person=in_each(titles.get(by.by, by.by)), name=model)


def require_not_refused(model: str, learning: Learning, recipe: Recipe, champion: VersionFact | None) -> None:
    """Raise RefusedBefore where retraining refused this recipe: since `champion` was made, or else for these data.

    One that was refused for another horizon answered another question. What describes the past foretells nothing that
    could be judged.
    """
    if spec_of(model).describes:
        return
    with reading() as session:
        found = registered.refused(session, model, learning.dataset, recipe.digest)
    if found is None or not contest.answers_alike(found, learning.horizon):
        return
    if found.id > champion.id if champion else found.data_version == learning.data_version:
        raise RefusedBefore(name=model, version=found.version, reason=found.why.in_each())
