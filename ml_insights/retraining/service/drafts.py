"""What a run has made and not yet published: files that let it go on after an interruption. Removed at its end."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd

from ml import artifact
from ml_insights.core import clock
from ml_insights.core.settings import settings
from ml_insights.core.training import Evaluation, Package
from ml_insights.retraining.errors import NoSpace

LOST = (OSError, ValueError, KeyError)
"""What reading a draft raises when it is gone or was changed (BadArtifact is a ValueError)."""


def folder_of(run_id: int, model: str = "") -> Path:
    """Where the drafts of a run are, or of one of its models."""
    return settings().data_dir / "retraining" / str(run_id) / model


def keep_model(run_id: int, model: str, label: str, package: Package, window: tuple[date, date]) -> str:
    """Write a trained model; its digest. Raises NoSpace."""
    manifest = artifact.Manifest(
        name=model,
        version=label,
        kind=package.kind,
        trained_at=clock.now().isoformat(),
        training_window=(window[0].isoformat(), window[1].isoformat()),
        feature_schema=dict(package.feature_schema),
        metrics=dict(package.metrics),
        libraries=dict(package.libraries),
    )
    folder = folder_of(run_id, model) / label
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return artifact.write(folder, manifest, package.files)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoSpace(reason=error.strerror or str(error)) from error


def model_files(run_id: int, model: str, label: str, digest: str) -> dict[str, bytes]:
    """The files of a draft, verified. Raises BadArtifact."""
    return artifact.read(folder_of(run_id, model) / label, digest)[1]


def keep_evaluation(run_id: int, model: str, label: str, evaluation: Evaluation) -> None:
    """Write how good a model was. Raises NoSpace."""
    folder = folder_of(run_id, model)
    told = {
        "losses": dict(evaluation.losses),
        "baseline": dict(evaluation.baseline),
        "metrics": dict(evaluation.metrics),
        "baselines": {name: dict(figures) for name, figures in evaluation.baselines.items()},
        "shown": evaluation.shown,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _storable(evaluation.predictions).to_parquet(folder / f"{label}.parquet")
        # In its order: the first of the baselines is the one that a model has to beat.
        (folder / f"{label}.json").write_text(json.dumps(told, allow_nan=False), encoding="utf-8")
    except OSError as error:
        raise NoSpace(reason=error.strerror or str(error)) from error


def _storable(predictions: pd.DataFrame) -> pd.DataFrame:
    """Reasons as the text that the ledger keeps: lists would come back from the file as arrays."""
    if "reasons" not in predictions:
        return predictions
    texts = [one if one is None or isinstance(one, str) else json.dumps(one) for one in predictions["reasons"]]
    return predictions.assign(reasons=pd.Series(texts, predictions.index, dtype=object))


def evaluation(run_id: int, model: str, label: str) -> Evaluation:
    """What `keep_evaluation` wrote. Raises one of LOST."""
    folder = folder_of(run_id, model)
    told = json.loads((folder / f"{label}.json").read_bytes())
    return Evaluation(**told, predictions=pd.read_parquet(folder / f"{label}.parquet"))


def discard(run_id: int) -> None:
    """Remove what a run has drafted."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)
