"""BG/NBD finds the parameters of customers who behave that way, and what they do next."""

import numpy as np
import pandas as pd

from ml.behaviour.bg_nbd import fit_bg_nbd
from ml.behaviour.features import features
from ml.behaviour.history import History, history
from ml.behaviour.labels import future
from ml.churn.baselines import bg_nbd
from tests.unit.ml.churn.shops import START, frame


def bg_nbd_shop(customers: int, days: int) -> History:
    """Rates gamma(0.8, scale 1 / 5 weeks), leaving after each repeat purchase with beta(1, 4) (Fader et al. 2005)."""
    random = np.random.default_rng(0)
    who, when = [], []
    for customer in range(customers):
        day, rate, leaving = random.uniform(0, days / 2), random.gamma(0.8, 1 / 35), random.beta(1, 4)
        while day < days:
            who.append(customer)
            when.append(int(day))
            if who[-2:] == [customer] * 2 and random.random() < leaving:
                break
            day += random.exponential(1 / rate)
    return history(frame(who, when, np.ones(len(who))))


def test_the_share_that_stays_away_is_foretold():
    known, cutoff = bg_nbd_shop(2000, 500), START + pd.Timedelta(days=400)
    table = features(known, cutoff)
    parameters = fit_bg_nbd(*(table[name].to_numpy() for name in ("days", "recency", "age")))
    chance = bg_nbd(known, cutoff, 90)
    answers = future(known, cutoff, 90)
    true = 1 - answers["bought"].mean()
    assert abs(chance.mean() - true) < 0.03
    assert 0.5 < parameters.r < 1.2 and 3 < parameters.alpha < 8
    stayed = chance[answers["bought"].to_numpy()].mean()
    assert stayed < chance[~answers["bought"].to_numpy()].mean() - 0.15
