"""Fits on a real Dask cluster: a scheduler and two workers, each a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from distributed import Client
from joblib import Parallel, delayed
from pandas.testing import assert_frame_equal

from ml.demand.model import forecast_panel
from ml.demand.types import DemandSettings
from ml_insights.core import fan_out as module
from ml_insights.core.fan_out import ClusterAway, fan_out
from ml_insights.core.migrations import ROOT
from ml_insights.core.settings import settings
from tests.fixtures.sites import free_port
from tests.unit.ml.demand.panels import many

HORIZON = 14
FIELD = ("seasonal_naive", "damped_trend", "drift_theta", "boosted")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of a scheduler with two workers of one thread."""
    with running(("--nthreads", "1"), ("--nthreads", "1")) as address:
        yield address


@contextmanager
def running(*workers: tuple[str, ...]) -> Iterator[str]:
    """Address of a scheduler, once it has these workers."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        stack.enter_context(_process("dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]))
        for options in workers:
            stack.enter_context(_process("dask_worker", address, "--no-nanny", *options))
        with Client(address, timeout=120, set_as_default=False) as client:
            client.wait_for_workers(len(workers), timeout=120) if workers else None
        yield address


@contextmanager
def _process(program: str, *arguments: str) -> Iterator[None]:
    command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.kill()
        started.wait()


def use(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    settings.cache_clear()


def tasks_done(address: str) -> list[int]:
    """How many tasks each worker has done."""
    with Client(address, set_as_default=False) as client:
        return list(client.run(lambda dask_worker: dask_worker.state.executed_count).values())


def test_forecasts_of_a_cluster_are_those_of_one_machine(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    series, chosen = many(4, days=150), DemandSettings(freq="D", n_jobs=2, candidates=FIELD)
    with fan_out():
        here = forecast_panel(series, HORIZON, settings=chosen)
    assert tasks_done(cluster) == [0, 0]
    use(cluster, monkeypatch)
    with fan_out():
        there = forecast_panel(series, HORIZON, settings=chosen)
    assert len(there.forecasts) == 4 * HORIZON
    assert_frame_equal(there.forecasts, here.forecasts)
    assert all(tasks > 1 for tasks in tasks_done(cluster))


def test_a_cluster_that_is_away_is_told_by_the_name_of_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1)
    use(f"tcp://127.0.0.1:{free_port()}", monkeypatch)
    with pytest.raises(ClusterAway, match="DASK_SCHEDULER_ADDRESS"), fan_out():
        pytest.fail("there is nothing to run on")


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    use("nonsense://", monkeypatch)
    with pytest.raises(ClusterAway, match="nonsense"), fan_out():
        pytest.fail("there is nothing to run on")


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 2)
    with running() as address:
        use(address, monkeypatch)
        with pytest.raises(ClusterAway, match="it has no workers"), fan_out():
            pytest.fail("there is nothing to run on")


def test_a_fault_of_the_work_itself_comes_back_as_it_is(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(cluster, monkeypatch)
    with pytest.raises(ZeroDivisionError), fan_out():
        list(Parallel(n_jobs=2)(delayed(divmod)(1, 0) for _ in range(2)))


@pytest.mark.parametrize("allowed", ["0", "1000"], ids=["told by the scheduler", "seen by the watch"])
def test_workers_that_die_are_told(monkeypatch: pytest.MonkeyPatch, allowed: str) -> None:
    """The scheduler gives a task up, or waits for another worker, which never comes."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", allowed)
    die_elsewhere = f"import os; os.getpid() == {os.getpid()} or os._exit(1)"
    with running(("--nthreads", "2")) as address:
        use(address, monkeypatch)
        with pytest.raises(ClusterAway, match="DASK_SCHEDULER_ADDRESS"), fan_out():
            monkeypatch.setattr(module, "PATIENCE_SECONDS", 2)
            list(Parallel(n_jobs=2)(delayed(exec)(die_elsewhere) for _ in range(2)))
