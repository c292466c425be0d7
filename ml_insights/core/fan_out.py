"""Where the many small fits of a model run: on this machine, or on a Dask cluster.

Models fan out with `joblib.Parallel` and name no backend, only a preference; whoever calls them chooses:

    with fan_out():
        forecast_panel(...)

Workers of the cluster need the same version of this product on their Python path. See
docs/decisions/0013-dask-through-joblib.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_SECONDS = 15
"""How long to wait for the scheduler, and then for a first worker."""


class ClusterAway(ProductError):
    """The Dask cluster at {address}, which the setting DASK_SCHEDULER_ADDRESS names, is of no use ({reason}). Nothing
    was changed. Start it, or leave the setting empty to compute on this machine, then run this again."""

    status, code = 503, "cluster-away"


@contextmanager
def fan_out() -> Iterator[None]:
    """Run every `joblib.Parallel` of the block on the cluster where one is set, else here.

    Raises ClusterAway; it never falls back to this machine, whose size the work may exceed.
    """
    address = settings().dask_scheduler_address
    if not address:
        yield
        return
    import joblib
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    with _connected(address) as client, joblib.parallel_config(backend="dask", client=client):
        try:
            yield
        except (KilledWorker, CommClosedError, FutureCancelledError) as error:
            raise ClusterAway(address=address, reason=_first_line(error)) from error


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterAway(address=address, reason=_first_line(error)) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        except TimeoutError as error:
            raise ClusterAway(address=address, reason="it has no workers") from error
        yield client


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
