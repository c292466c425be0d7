"""What a report draws is kept as numbers, whatever the predictions were."""

import numpy as np
import pandas as pd
import pytest

from ml_insights.core.training import Evaluation
from ml_insights.retraining.service.report import charts, pictures
from ml_insights.retraining.service.report.pictures import Pictures

PNG = "data:image/png;base64,iVBORw0KGgo"


def evaluation(rows: pd.DataFrame, losses: dict[str, float], shown: str = "a") -> Evaluation:
    return Evaluation(losses, {}, {}, {}, rows, shown)


def forecasts(subject: str = "a", days: int = 5, **columns: float) -> pd.DataFrame:
    at = pd.date_range("2025-03-01", periods=days, tz="UTC")
    said = np.arange(days, dtype=float)
    return pd.DataFrame({"subject": subject, "target_at": at, "value": said, "actual": said + 1, **columns})


def kept(made: Pictures) -> Pictures:
    """As it comes back from the database."""
    return Pictures.model_validate(made.model_dump(mode="json"))


def test_what_is_kept_comes_back_as_it_was() -> None:
    made = pictures.of_model(
        evaluation(forecasts(lo_80=0.0, hi_80=9.0), {"a": 1.0, "b": 3.0}),
        evaluation(forecasts(), {"a": 2.0, "b": 2.0}),
    )
    assert kept(made) == made
    assert made.gains is not None and sum(made.gains.units) == 2 and made.gains.reach == pytest.approx(0.98)
    assert made.course is not None and made.course.champion == made.course.said and made.course.high == (9.0,) * 5
    assert (made.cases, made.chances) == (None, ())


def test_what_is_not_known_is_kept_as_nothing_and_drawn_as_a_gap() -> None:
    rows = forecasts().assign(actual=[1.0, np.nan, 3.0, np.inf, 5.0])
    made = kept(pictures.of_model(evaluation(rows, {}), None))
    assert made.course is not None and made.course.came == (1.0, None, 3.0, None, 5.0)
    assert (made.gains, made.course.low, made.course.champion) == (None, (), ())
    assert charts.course(made.course, ("a", "b", "c"), "es").startswith(PNG)


def test_chances_are_ten_bins_of_equal_size_and_the_champions_come_second() -> None:
    rows = pd.DataFrame({"subject": "a", "target_at": pd.Timestamp("2025-03-01", tz="UTC"), "actual": [0.0, 1.0] * 50})
    mine, theirs = rows.assign(probability=np.linspace(0, 1, 100)), rows.assign(probability=0.5)
    made = kept(pictures.of_model(evaluation(mine, {}), evaluation(theirs, {})))
    assert [len(one.told) for one in made.chances] == [10, 10]
    assert made.chances[0].came == (0.5,) * 10 and made.chances[1].told == (0.5,) * 10
    drawn = charts.calibration(dict(zip("ab", made.chances, strict=True)), ("x", "y", "z"), "en")
    assert drawn.startswith(PNG)


def test_of_many_cases_some_are_kept_evenly_with_both_ends() -> None:
    rows = pd.concat([forecasts(str(place), days=1).assign(value=place, actual=place) for place in range(1, 2500)])
    made = kept(pictures.of_model(evaluation(rows, {}, "1"), None))
    assert made.cases is not None and len(made.cases.said) == pictures.MOST_CASES
    assert (made.cases.said[0], made.cases.said[-1]) == (1.0, 2499.0)
    assert charts.against(made.cases, ("x", "y", "z"), "es").startswith(PNG)
