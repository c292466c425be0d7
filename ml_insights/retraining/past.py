"""The months that the demo company has behind it: its orders come in, models answer and are retrained, people act.

Nothing is invented but the trade itself. The clock is stopped at a day of the past, only the trade up to that day is in
the tables, and what runs is what runs in any company: so no model can know what came after it. It commits its steps.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from ml_insights.core import clock, demo
from ml_insights.core.capability import Progress, part
from ml_insights.core.database import transaction
from ml_insights.core.demo import DATASET, Stretch
from ml_insights.core.errors import InsufficientData
from ml_insights.core.i18n import N_
from ml_insights.ledger.jobs import mature_outcomes
from ml_insights.retraining.pipeline import retrain
from ml_insights.retraining.refreshing import refresh
from ml_insights.retraining.service.models import retrainable
from ml_insights.retraining.tables import RunKind
from ml_insights.retraining.watching import watch

MONTH = timedelta(days=31)
"""Three of them are longer than the ninety days within which a customer who leaves shows it."""
MORNING = timedelta(hours=6)
WORKED = (timedelta(days=1, hours=4), timedelta(days=4, hours=4))
"""When people see to what the models said, after the morning of a month."""


def live(actor: str, seed: int, months: int, progress: Progress) -> dict[str, int]:
    """Make the demo company of `seed` and `months` of its past, up to yesterday; rows of its trade added per table.

    What models say today is left to whoever computes results, and what people do about it to `core.demo.act`. Where it
    is interrupted, `core.demo.unfinished` says so.
    """
    whole = demo.whole()
    rows: Counter[str] = Counter()
    since: datetime | None = None
    for month in range(months, 0, -1):
        begins = demo.midnight_after(whole.end - month * MONTH)
        share = (months - month) / months
        with clock.frozen(begins + MORNING):
            rows.update(_come_in(actor, seed, Stretch(whole.end, begins, since)))
            _look_back()
            kind = RunKind.CONTINUOUS if since else RunKind.RETRAIN
            _retrain(kind, part(progress, share, 1 / months))
        for later in WORKED:
            with clock.frozen(begins + MORNING + later):
                demo.act()
        since = begins
    rows.update(_come_in(actor, seed, Stretch(whole.end, whole.until, since)))
    _look_back()
    return dict(rows)


def _come_in(actor: str, seed: int, stretch: Stretch) -> dict[str, int]:
    """The orders of a stretch, at the prices that people have set by then."""
    with transaction() as session:
        known = tuple(demo.repriced(session)) if stretch.since else ()
        return demo.fill(session, actor, seed, Stretch(stretch.end, stretch.until, stretch.since, known))


def _look_back() -> None:
    """What came true of all that was said before, and whether the models are still what they promised."""
    mature_outcomes(_silent)
    for model in retrainable():
        watch(model, DATASET)


def _retrain(kind: RunKind, progress: Progress) -> None:
    """First models judged on a hold-out, later ones brought up to the month's data; what is kept answers anew."""
    progress(0.0, N_("The demo company's past: {day}"), day=f"{clock.now():%Y-%m-%d}")
    retrain(progress, kind, [], dataset=DATASET, past=True)
    for model in retrainable():
        with suppress(InsufficientData):
            refresh(_silent, model, kind.value, DATASET)


def _silent(share: float, message: str, **values: object) -> None:
    """Nobody follows so short a piece of work."""
