"""What a run has drafted comes back as it was."""

from pathlib import Path

import pandas as pd

from ml_insights.core.training import Evaluation
from ml_insights.retraining.service import drafts


def test_the_naive_method_to_beat_stays_the_first(data_dir: Path) -> None:
    rows = pd.DataFrame({"subject": ["a"], "target_at": pd.Timestamp("2025-03-01", tz="UTC"), "actual": [1.0]})
    baselines = {"recency": {"brier": 0.2}, "bg_nbd": {"brier": 0.1}}
    made = Evaluation({"a": 0.1}, {"a": 0.2}, {"brier": 0.1}, baselines, rows, "a")
    drafts.keep_evaluation(7, "churn", "challenger", made)
    read = drafts.evaluation(7, "churn", "challenger")
    assert list(read.baselines) == ["recency", "bg_nbd"]
    assert (read.losses, read.baseline, read.metrics, read.shown) == (made.losses, made.baseline, made.metrics, "a")
