"""Where the many small fits of a model run: on this machine, or on a Dask cluster.

Models fan out with `joblib.Parallel` and name no backend, only a preference; whoever calls them chooses:

    with fan_out():
        forecast_panel(...)

Workers of the cluster need the same version of this product on their Python path. See
docs/decisions/0013-dask-through-joblib.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ml_insights.core.errors import ProductError
from ml_insights.core.settings import settings

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_SECONDS = 30.0
"""How long to wait for the scheduler; and for a worker, at the start and whenever all of them are gone."""


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

    with _connected(address) as client:
        backend = _backend(client)
        try:
            with _Watch(client, backend, address), joblib.parallel_config(backend=backend):
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


def _backend(client: Client) -> Any:
    """joblib's own backend, which hears of tasks that raise, but would wait for ever for those whose worker died."""
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):
        def submit(self, func: Any, callback: Any = None) -> Any:
            task = super().submit(func, callback)
            task.add_done_callback(lambda done: callback(done.exception()) if done.exception() else None)
            return task

        def fail(self, error: Exception) -> None:
            """End the wait for whatever has been sent."""
            for task in list(self._results.values()):
                if not task.done():
                    task.set_exception(error)

    return Backend(client=client)


class _Watch:
    """A thread that ends the wait for a cluster that is gone: tasks without a worker would wait for one for ever."""

    def __init__(self, client: Client, backend: Any, address: str) -> None:
        self._client, self._backend, self._address = client, backend, address
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="dask-watch", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        seen = time.monotonic()
        while not self._over.wait(PATIENCE_SECONDS / 10):
            if self._answers():
                seen = time.monotonic()
            elif time.monotonic() - seen > PATIENCE_SECONDS:
                self._backend.fail(ClusterAway(address=self._address, reason="its workers are gone"))

    def _answers(self) -> bool:
        try:
            return self._client.status == "running" and bool(self._client.ncores())
        except (OSError, TimeoutError):
            return False


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
