import numpy as np

from ml.backtest import Origins
from ml.demand.selection import add_medians, select
from ml.demand.tournament import Backtest


def _backtest(errors: np.ndarray) -> Backtest:
    """errors: (candidates, folds, series): each candidate's constant error."""
    candidates, folds, series = errors.shape
    forecasts = np.repeat(errors[..., None], 4, axis=-1)
    final = np.repeat(errors[:, 0, :, None], 4, axis=-1)
    origins = Origins(tuple(4 + 4 * fold for fold in range(folds)), 4)
    names = tuple(f"c{row}" for row in range(candidates))
    ones = np.ones((folds, series))
    return Backtest(
        names=names,
        origins=origins,
        forecasts=forecasts,
        final=final,
        actual=np.zeros((folds, series, 4)),
        scale=ones,
        seconds=np.zeros(candidates),
        closed=np.zeros((folds, series, 4), dtype=bool),
        closed_ahead=np.zeros((series, 4), dtype=bool),
        sparse=np.zeros(series, dtype=bool),
    )


def test_the_candidate_that_wins_everywhere_is_chosen_everywhere():
    errors = np.stack([np.full((4, 20), 1.0), np.full((4, 20), 3.0), np.full((4, 20), 2.0)])

    assert (select(_backtest(errors)).winner == 0).all()


def test_one_lucky_series_does_not_overrule_the_panel_but_a_clear_case_does():
    errors = np.stack([np.full((6, 30), 1.0), np.full((6, 30), 1.2)])
    errors[1, :, 0] = 0.97
    errors[0, :, 1] = 6.0

    winner = select(_backtest(errors)).winner

    assert winner[0] == 0
    assert winner[1] == 1


def test_a_fold_is_scored_by_the_choice_made_without_it():
    errors = np.stack([np.full((3, 1), 1.0), np.full((3, 1), 1.1)])
    errors[0, 1] = 50.0

    selection = select(_backtest(errors))

    assert selection.winner_without[1, 0] == 0
    assert selection.winner_without[0, 0] == 1


def test_a_candidate_that_cannot_forecast_now_is_never_chosen():
    backtest = _backtest(np.stack([np.full((3, 2), 1.0), np.full((3, 2), 9.0)]))
    backtest.final[0, 1] = np.nan

    assert list(select(backtest).winner) == [0, 1]


def test_medians_are_of_the_best_over_the_panel():
    errors = np.stack([np.full((4, 5), error) for error in (1.0, 50.0, 2.0, 3.0, 60.0, 70.0)])

    extended, members = add_medians(_backtest(errors))

    assert set(members["median_best_3"][0]) == {"c0", "c2", "c3"}
    assert (extended.final[extended.names.index("median_best_3")] == 2.0).all()


def test_series_for_which_other_candidates_suit_are_judged_among_themselves():
    errors = np.stack([np.full((4, 20), 1.0), np.full((4, 20), 2.0), np.full((4, 20), 0.5)])
    errors[2, :, 15:] = np.nan
    errors[0, :, 15:] = 3.0

    winner = select(_backtest(errors)).winner

    assert (winner[:15] == 2).all()
    assert (winner[15:] == 1).all()
