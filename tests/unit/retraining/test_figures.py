"""What the monitor draws and the models page compares."""

from datetime import date, datetime

from ml_insights.ledger.facts import Accuracy, Calibration, CalibrationBin
from ml_insights.registry.facts import VersionFact
from ml_insights.retraining.policy import promised, shift_level
from ml_insights.retraining.state import figures
from ml_insights.retraining.state.models import metric_rows, who

UNKNOWN = dict.fromkeys(
    ("mae", "mase", "wape", "bias", "skill", "coverage_80", "coverage_95", "brier", "log_loss", "auc", "ece")
)


def week(day: int, outcomes: int = 10, **known: float) -> Accuracy:
    return Accuracy(week=date(2025, 3, day), outcomes=outcomes, closed=0, **{**UNKNOWN, **known})  # pyright: ignore


def version(number: str, **metrics: float) -> VersionFact:
    return VersionFact(
        1, "demand", "company", number, "t", "retired", dict(metrics), "2025-01-01", "2025-02-01", datetime.now(), None
    )


def test_a_week_without_the_score_is_left_out_and_the_promise_spans_the_rest() -> None:
    figure = figures.errors_by_week([week(3, mase=0.7), week(10), week(17, mase=0.9)], "mase", 0.8)
    assert figure is not None
    measured, promised = figure["data"]
    assert measured["x"] == ["2025-03-03", "2025-03-17"] and measured["y"] == [0.7, 0.9]
    assert promised["x"] == ["2025-03-03", "2025-03-17"] and promised["y"] == [0.8, 0.8]


def test_nothing_matured_draws_nothing() -> None:
    assert figures.errors_by_week([], "mase", 0.8) is None
    assert figures.coverage_by_week([week(3)]) is None
    assert figures.calibration(Calibration((), ())) is None


def test_each_band_stands_beside_its_promise() -> None:
    figure = figures.coverage_by_week([week(3, coverage_80=0.7, coverage_95=0.9), week(10, coverage_80=0.9)])
    assert figure is not None
    assert [trace["y"] for trace in figure["data"]] == [[0.7, 0.9], [0.8, 0.8], [0.9], [0.95, 0.95]]


def test_calibration_is_drawn_against_the_diagonal() -> None:
    figure = figures.calibration(Calibration((CalibrationBin(0.0, 0.5, 40, 0.3, 0.25),), ()))
    assert figure is not None
    assert figure["data"][1]["x"] == [0.3] and figure["data"][1]["y"] == [0.25]


def test_skill_is_weighted_by_outcomes() -> None:
    assert figures.skill_of([week(3, 30, skill=0.2), week(10, 10, skill=0.6), week(17)]) == 0.3
    assert figures.skill_of([week(3)]) is None


def test_the_best_value_is_marked_the_right_way_round() -> None:
    rows = {row["key"]: row for row in metric_rows([version("2", mase=0.7, roc_auc=0.8), version("1", mase=0.9)], "en")}
    assert [cell["best"] for cell in rows["mase"]["cells"]] == [True, False]
    assert [cell["known"] for cell in rows["roc_auc"]["cells"]] == [True, False]
    newer = metric_rows([version("2", roc_auc=0.8), version("1", roc_auc=0.7)], "en")
    assert [cell["best"] for cell in newer[0]["cells"]] == [True, False]


def test_coverage_has_no_better_end_and_backtests_come_last() -> None:
    rows = metric_rows([version("2", backtest_mase=0.5, coverage_80=0.9), version("1", coverage_80=0.8)], "en")
    assert [(row["name"], row["backtest"]) for row in rows] == [("In 80 % band", False), ("MASE", True)]
    assert not any(cell["best"] for cell in rows[0]["cells"])


def test_shifts_have_the_usual_classes() -> None:
    assert [shift_level(value) for value in (0.0, 0.1, 0.2, 0.25, 0.4)] == [
        "stable", "stable", "moving", "moving", "shifted",
    ]  # fmt: skip


def test_without_a_hold_out_the_backtest_is_what_was_promised() -> None:
    assert promised({"mase": 0.7, "backtest_mase": 0.5}, "mase") == (0.7, False)
    assert promised({"backtest_mase": 0.5}, "mase") == (0.5, True)
    assert promised({}, "mase") == (None, False)


def test_the_naive_method_stands_below_its_measure_and_wins_nothing() -> None:
    rows = metric_rows([version("2", brier=0.2, naive_brier=0.22), version("1", brier=0.21, naive_brier=0.1)], "en")
    assert [(row["name"], row["naive"]) for row in rows] == [("Brier score", False), ("Brier score", True)]
    assert not any(cell["best"] for cell in rows[1]["cells"])


def test_a_job_is_named_by_its_title_and_a_person_by_the_address() -> None:
    assert who("churn-alerts", "en") != "churn-alerts" and who("ana@x.cl", "es") == "ana@x.cl"
    assert who("churn-alerts", "es") != who("churn-alerts", "en")
