"""The models' results, made by the quickest recipe of each: what figures are read from, not how good they are."""

from typing import Any

from ml_insights.capabilities import capabilities
from ml_insights.commerce.queries import active_dataset
from ml_insights.core.capability import load
from ml_insights.core.database import transaction


def learn(*names: str) -> None:
    """Compute and publish these models of the data that pages show; all of them where none is named."""
    for spec in (model for capability in capabilities() for model in capability.models):
        if spec.trainer is None or (names and spec.name not in names):
            continue
        trainer = load(spec.trainer)()
        with transaction() as session:
            learning = trainer.read(session, active_dataset(session).value)
            fitted = trainer.fit(learning, trainer.recipes()[-1], learning.last, _silent)
            trainer.publish(session, learning, trainer.predict(fitted, learning, _silent), f"{spec.name}/1")


def _silent(share: float, message: str, **values: Any) -> None: ...
