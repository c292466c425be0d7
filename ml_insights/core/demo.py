"""The demo company as a whole: every capability's part filled, counted or removed together. Callers commit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from ml_insights.capabilities import capabilities
from ml_insights.core import audit, clock, datasets
from ml_insights.core.capability import Progress, load
from ml_insights.core.company import company
from ml_insights.core.database import transaction
from ml_insights.core.settings import settings

SEED = 1
"""The demo company that everybody gets who does not ask for another."""
DATASET = "demo"
"""As `commerce` (above this) names the demo company's data set."""
BEGUN, LOADED, REMOVED = "demo-begun", "demo-loaded", "demo-removed"


@dataclass(frozen=True)
class Repriced:
    """A price that the demo company's people have set: from `at` on the product costs `factor` times its price."""

    product_id: str
    at: datetime
    factor: float


@dataclass(frozen=True)
class Stretch:
    """A piece of the demo company's trade: what happened from `since` on and before `until` (aware moments).

    `end` is the last day of the whole trade, so that all its pieces are of the same one. Without `since` it is the
    first piece, from the beginning. `repriced`: what was decided in earlier pieces, which buyers answer to.
    """

    end: date
    until: datetime
    since: datetime | None = None
    repriced: tuple[Repriced, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return moment < self.until and (self.since is None or moment >= self.since)


def whole() -> Stretch:
    """Three years that end yesterday, in the company's zone."""
    end = clock.now().astimezone(company().zone).date() - timedelta(days=1)
    return Stretch(end, midnight_after(end))


def midnight_after(day: date) -> datetime:
    """When `day` is over, in the company's zone."""
    return datetime.combine(day + timedelta(days=1), time.min, company().zone)


def fill(session: Session, actor: str, seed: int = SEED, stretch: Stretch | None = None) -> dict[str, int]:
    """Put the demo company of `seed` in the place of the one that is there, whole or as far as its first `stretch`;
    a later stretch is added to it. Rows added per table."""
    wanted = stretch or whole()
    if wanted.since is None:
        datasets.clear(session, DATASET)
    rows: Counter[str] = Counter()
    for part in datasets.parts():
        if part.fill:
            rows.update(load(part.fill)(session, seed, wanted))
    complete = wanted.until >= midnight_after(wanted.end)
    audit.record(session, actor, LOADED if complete else BEGUN, seed=seed, rows=dict(rows))
    return dict(rows)


def make(actor: str, seed: int = SEED, progress: Progress | None = None) -> dict[str, int]:
    """Make the demo company of `seed`, with as long a past as the settings want, in transactions of its own; rows of
    its trade added per table."""
    months = settings().demo_months
    if months:
        past = next(one.past for one in capabilities() if one.past)
        return load(past)(actor, seed, months, progress or _silent)
    with transaction() as session:
        return fill(session, actor, seed)


def act() -> None:
    """What the demo company's people do on the day that it is about what the models say, in transactions of its own."""
    for part in datasets.parts():
        if part.work:
            with transaction() as session:
                load(part.work)(session)


def _silent(share: float, message: str, **values: object) -> None:
    """Nobody asked."""


def repriced(session: Session) -> Sequence[Repriced]:
    """Prices that the demo company's people have set, as the slices that know them tell."""
    return [one for part in datasets.parts() if part.repriced for one in load(part.repriced)(session)]


def clear(session: Session, actor: str) -> dict[str, int]:
    """Remove the demo company and everything made from it. Rows removed per table; the company's own data stays."""
    rows = datasets.clear(session, DATASET)
    audit.record(session, actor, REMOVED, rows=rows)
    return rows


def count(session: Session) -> dict[str, int]:
    """Rows of the demo company per table, without the tables that hold none."""
    return datasets.count(session, DATASET)


def unwanted(session: Session) -> bool:
    """Whether somebody removed the demo company, so that a start must not bring it back."""
    return _last(session) == REMOVED


def unfinished(session: Session) -> bool:
    """Whether making its past was interrupted, so that a start begins anew."""
    return _last(session) == BEGUN


def _last(session: Session) -> str | None:
    event = audit.AuditEvent
    known = select(event.action).where(col(event.action).in_((BEGUN, LOADED, REMOVED)))
    return session.exec(known.order_by(col(event.id).desc())).first()
