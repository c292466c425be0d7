"""What a customer will probably buy: what they bought before, what goes with that, and what everybody buys now.

Products go together where the same customers buy them (cosine of their buyers, drawn towards none where buyers are
few; Sarwar et al. 2001). How much each of the three counts is chosen on the last weeks before the cutoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ml.behaviour.history import day_number, days_since_1970

HALF_LIVES = (250.0,)
POPULAR = (0.3, 0.5)
TOGETHER = (0.0, 0.3)
POPULAR_HALF_LIFE = 20.0
FEW_BUYERS = 5.0
MOST_PRODUCTS = 3_000
"""Those bought most; the rest are nobody's likely product."""
CHUNK = 2_000
JUDGED_DAYS = 14
MOST_JUDGED = 1_500


@dataclass(frozen=True)
class Baskets:
    """What was bought by whom on which day (since 1970), each once; customer and product are places in the indexes."""

    customers: pd.Index
    products: pd.Index
    customer: np.ndarray
    product: np.ndarray
    day: np.ndarray

    def before(self, end: int) -> Baskets:
        """What was known when the day `end` began."""
        past = self.day < end
        return Baskets(self.customers, self.products, self.customer[past], self.product[past], self.day[past])


@dataclass(frozen=True)
class Mix:
    """Days after which a purchase counts half, and what popularity and company add to it at most."""

    half_life: float = 250.0
    popular: float = 0.3
    together: float = 0.0


def baskets(frame: pd.DataFrame) -> Baskets:
    """frame: customer_id, product_id and day (datetime64) of what was sold; repetitions do not matter."""
    day = days_since_1970(frame["day"])
    customer, customers = pd.factorize(frame["customer_id"].astype(str), sort=True)
    product, products = pd.factorize(frame["product_id"].astype(str), sort=True)
    keys = pd.DataFrame({"customer": customer, "product": product, "day": day}).drop_duplicates()
    arrays = (keys[name].to_numpy(np.int64) for name in ("customer", "product", "day"))
    return Baskets(pd.Index(customers), pd.Index(products), *arrays)


def choose(known: Baskets, cutoff: object) -> Mix:
    """The mix whose five first suggestions, made two weeks before `cutoff`, hit most until then."""
    end = day_number(cutoff)
    past = known.before(end)
    judged = _buyers(past, end - JUDGED_DAYS, end)
    judged = judged[np.random.default_rng(0).permutation(len(judged))[:MOST_JUDGED]]
    if not len(judged):
        return Mix()
    actual = _bought(past, end - JUDGED_DAYS, end)[judged]
    mixes = [Mix(*numbers) for numbers in combinations(HALF_LIVES, POPULAR, TOGETHER)]
    earlier = past.before(end - JUDGED_DAYS)
    return max(mixes, key=lambda mix: _precision(mix, earlier, end - JUDGED_DAYS, judged, actual))


def likely(mix: Mix, known: Baskets, cutoff: object, customers: Sequence[str], most: int = 5) -> dict[str, list[str]]:
    """The `most` likeliest products of each of `customers`, the likeliest first; of unknown ones what is popular."""
    end = day_number(cutoff)
    past = known.before(end)
    if not len(past.products):
        return {customer: [] for customer in customers}
    places = past.customers.get_indexer(pd.Index(customers))
    names = past.products.to_numpy()
    found: dict[str, list[str]] = {}
    for part, top in _tops(mix, past, end, places, most):
        for at, row in zip(part, top, strict=True):
            found[str(customers[at])] = [str(name) for name in names[row]]
    return found


def popular(known: Baskets, end: int) -> np.ndarray:
    """(products,) recent buyers, as a share of the most bought one's."""
    weight = 0.5 ** ((end - known.day) / POPULAR_HALF_LIFE)
    total = np.bincount(known.product, weights=weight, minlength=len(known.products))
    return total / max(total.max(), 1e-12) if len(total) else total


def _tops(mix: Mix, past: Baskets, end: int, places: np.ndarray, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places in `places`, and for each the products with the highest scores, in order."""
    shape = (len(past.customers), len(past.products))
    weight = 0.5 ** ((end - past.day) / mix.half_life)
    own = sparse.csr_matrix((weight, (past.customer, past.product)), shape)
    company, trend = _company(past, shape) if mix.together else None, popular(past, end) * mix.popular
    for at in range(0, len(places), CHUNK):
        part = np.arange(at, min(at + CHUNK, len(places)))
        scores = _scores(mix, own, company, trend, places[part])
        top = np.argsort(-scores, axis=1, kind="stable")[:, : min(most, scores.shape[1])]
        yield part, top


def _scores(mix: Mix, own: Any, company: Any, trend: np.ndarray, places: np.ndarray) -> np.ndarray:
    mine = own[np.maximum(places, 0)].multiply((places >= 0)[:, None]).tocsr()
    scores = mine.toarray() + trend
    if company is not None:
        total = np.maximum(np.asarray(mine.sum(axis=1)), 1e-12)
        with_it = (mine.multiply(1 / total).tocsr() @ company).toarray()
        scores += mix.together * with_it / np.maximum(with_it.max(axis=1, keepdims=True), 1e-12)
    return scores


def _company(past: Baskets, shape: tuple[int, int]) -> Any:
    """(products, products) how much buyers of one are buyers of the other; only among the most bought."""
    bought = sparse.csr_matrix((np.ones(len(past.customer)), (past.customer, past.product)), shape)
    bought.data[:] = 1.0
    buyers = np.asarray(bought.sum(axis=0)).ravel()
    often = np.zeros(shape[1])
    often[np.argsort(-buyers, kind="stable")[:MOST_PRODUCTS]] = 1.0
    scale = sparse.diags(often / np.sqrt(buyers + FEW_BUYERS))
    both = scale @ (bought.T @ bought) @ scale
    return (both - sparse.diags(both.diagonal())).tocsr()


def _buyers(past: Baskets, since: int, end: int) -> np.ndarray:
    """Customers who bought from `since` until `end`, and before."""
    counts = [np.bincount(past.customer[chosen], minlength=len(past.customers)) for chosen in (
        (past.day >= since) & (past.day < end), past.day < since)]  # fmt: skip
    return np.flatnonzero((counts[0] > 0) & (counts[1] > 0))


def _bought(known: Baskets, since: int, end: int) -> Any:
    inside = (known.day >= since) & (known.day < end)
    shape = (len(known.customers), len(known.products))
    return sparse.csr_matrix((np.ones(inside.sum()), (known.customer[inside], known.product[inside])), shape)


def _precision(mix: Mix, earlier: Baskets, end: int, judged: np.ndarray, actual: Any) -> float:
    hits = [_hit(top, actual[part]).mean() for part, top in _tops(mix, earlier, end, judged, 5)]
    return float(np.mean(hits))


def _hit(top: np.ndarray, actual: Any) -> np.ndarray:
    """Whether each suggestion was bought; (customers, suggestions)."""
    return np.take_along_axis(actual.toarray() > 0, top, axis=1)


def hit_rates(mix: Mix, known: Baskets, cutoff: object, horizon: int, most: int = 5) -> dict[str, dict[str, float]]:
    """Share of those who bought within `horizon` days of whose suggestions at least one was bought.

    Of the mix, of repeating what was bought most often, and of what is most popular: hit_rate, and precision (share of
    suggestions that were bought). Those without an earlier purchase are left out. Empty where nobody bought.
    """
    end = day_number(cutoff)
    judged = _buyers(known.before(end + horizon), end, end + horizon)
    if not len(judged):
        return {}
    actual, past = _bought(known, end, end + horizon)[judged], known.before(end)
    mixes = {"model": mix, "repeat": Mix(1e9, 1e-6, 0.0), "most_popular": None}
    found = {}
    for name, one in mixes.items():
        if one is None:
            top = np.argsort(-popular(past, end), kind="stable")[:most]
            hits = _hit(np.tile(top, (len(judged), 1)), actual)
        else:
            hits = np.concatenate([_hit(top, actual[part]) for part, top in _tops(one, past, end, judged, most)])
        found[name] = {"hit_rate": float(hits.any(axis=1).mean()), "precision": float(hits.mean())}
    return found
