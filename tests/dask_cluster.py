"""A real Dask cluster of processes on loopback, and trainings on it."""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any

import pytest
from cluster_stand_ins import STAND_IN
from fake_trainer import tiny_dataset

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Run

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'fmnist-tui[cluster]'")

import dask
from distributed import Client

from fmnist_tui.engine.parallel.cluster.cluster import Cluster
from fmnist_tui.engine.parallel.cluster.sweep import cluster_sweep
from fmnist_tui.engine.parallel.sweep_options import SweepOptions

SECONDS = 120.0
"""Longest wait for a state: far more than a slow machine takes."""
TESTS = Path(__file__).parent


def wait_for(state: Callable[[], object], what: str) -> None:
    """Wait until a state is true."""
    end = time.monotonic() + SECONDS
    while not state():
        if time.monotonic() > end:
            raise TimeoutError(f"never came: {what}")
        time.sleep(0.02)


@contextmanager
def tls(key: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process, and those that it starts, use a certificate, and trust no other."""
    settings = {"ca-file": str(certificate)} | {
        f"{who}.{name}": str(file)
        for who in ("scheduler", "worker", "client")
        for name, file in (("cert", certificate), ("key", key))
    }
    paths = {f"distributed.comm.tls.{name}": value for name, value in settings.items()}
    for path, value in paths.items():
        monkeypatch.setenv(f"DASK_{path.upper().replace('.', '__').replace('-', '_')}", value)
    with dask.config.set(paths):
        yield


@dataclass(frozen=True, slots=True)
class ClusterWorker:
    """A process that another one forked, and that leaves no zombie."""

    pid: int

    @property
    def is_there(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self.send_signal(signal.SIGKILL)
        wait_for(lambda: not self.is_there, "the end of a worker")


class DaskCluster:
    """A scheduler and its workers; all processes end with `close`."""

    def __init__(self, folder: Path, workers: int = 0, protocol: str = "tcp") -> None:
        self.gates = folder / "gates"
        self.gates.mkdir()
        self._folder = folder
        paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        self._environment = os.environ | {"PYTHONPATH": paths, "DASK_TEMPORARY_DIRECTORY": str(folder)}
        self._workers: list[ClusterWorker] = []
        self._started = 0
        file = folder / "scheduler.json"
        where = ("--host", "127.0.0.1", "--port", "0", "--protocol", protocol, "--scheduler-file", str(file))
        self.scheduler = self._start(
            "scheduler", "-m", "distributed.cli.dask_scheduler", *where, "--scheduler-file", str(file)
        )
        wait_for(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"), "the scheduler's address")
        self.address: str = json.loads(file.read_text(encoding="utf-8"))["address"]
        self._forker = self._start("forker", str(TESTS / "cluster_worker.py"), piped=True)
        self.client = Client(self.address, set_as_default=False)
        self.have_workers(workers)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of the workers that the scheduler has."""
        return tuple(self.client.nthreads())

    def have_workers(self, count: int) -> None:
        """Start or kill workers, and wait until the scheduler has so many."""
        self._workers = [worker for worker in self._workers if worker.is_there]
        for worker in self._workers[count:]:
            worker.kill()
        while len(self._workers) < count:
            self.start_worker()
        wait_for(lambda: len(self.addresses) == count, f"{count} workers")

    def be_idle(self) -> None:
        """Wait until no worker trains."""
        wait_for(lambda: not self.busy, "workers that train nothing")

    def start_worker(self, *contact_address: str) -> None:
        """Start a worker; others reach it, or not, at its `contact_address`."""
        self._started += 1
        log = self._folder / f"worker-{self._started}.log"
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        self._forker.stdin.write(f"{json.dumps([str(log), self.address, str(self.gates), *contact_address])}\n")
        self._forker.stdin.flush()
        self._workers.append(ClusterWorker(int(self._forker.stdout.readline())))

    @property
    def busy(self) -> tuple[str, ...]:
        """The addresses of workers that train."""
        return tuple(address for address, tasks in self.client.processing().items() if tasks)

    def kill_worker(self, address: str, number: signal.Signals = signal.SIGKILL) -> None:
        (process_id,) = self.client.run(os.getpid, workers=[address]).values()
        next(worker for worker in self._workers if worker.pid == process_id).send_signal(number)

    def open(self, gate: str) -> None:
        """Let stand-ins of that name end."""
        (self.gates / gate).touch()

    def close(self) -> None:
        with suppress(Exception):  # its scheduler may be gone
            self.client.close(timeout=1)
        for worker in self._workers:
            worker.kill()
        for process in (self._forker, self.scheduler):
            process.kill()
            process.communicate()

    def _start(self, name: str, *arguments: str, piped: bool = False) -> "subprocess.Popen[str]":
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE if piped else None,
                stdout=subprocess.PIPE if piped else log,
                stderr=log,
                text=True,
            )


def waiting(gate: str, seed: int = 0) -> Job:
    """Return the job of a stand-in that ends when a gate is open."""
    return Job(f"{STAND_IN} {gate}", Recipe(mlp([8 + seed]), Hyperparameters(epochs=2), "synthetic"), seed)


class ClusterTraining:
    """Trains jobs on a cluster in a thread within a block; at its end all must have ended, or be stopped."""

    def __init__(
        self,
        address: str,
        jobs: Sequence[Job],
        folder: Path | None = None,
        data: Dataset | None = None,
        patience: float = 10.0,
        reconnect_seconds: float = 10.0,
    ) -> None:
        self.queue = Queue(jobs)
        self.runs: list[Run] = []
        self.notes: list[str] = []
        self.error: BaseException | None = None
        self._cluster = Cluster(
            address, notify=self.notes.append, patience=patience, reconnect_seconds=reconnect_seconds
        )
        self._data = data or tiny_dataset()
        self._folder = folder
        self._thread = Thread(target=self._train, daemon=True)

    def __enter__(self) -> "ClusterTraining":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self.queue.stop()
        self.join()
        self._cluster.close()

    def join(self) -> None:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), f"the trainings never ended:\n{self._state()}"

    def _state(self) -> str:
        """Return what is said, what is trained and where the thread stands."""
        assert self._thread.ident is not None
        stack = traceback.format_stack(sys._current_frames().get(self._thread.ident))
        active = (f"{training.job.experiment}: {training.progress.phase}" for training in self.queue.active)
        return "\n".join((*self.notes, *active, f"{len(self.queue.waiting)} wait", *stack))

    def _train(self) -> None:
        try:
            options = SweepOptions(self.queue, folder=self._run_folder)
            for run in cluster_sweep(options, self._cluster, self._data):
                self.runs.append(run)
        except BaseException as error:
            self.error = error

    def _run_folder(self, run_id: str) -> Path | None:
        return self._folder and self._folder / run_id

    def reporting(self, count: int) -> tuple[ActiveRun, ...]:
        """Wait until so many trainings are within an epoch, and return them in the order of their names."""

        def within_an_epoch() -> list[ActiveRun]:
            return [training for training in self.queue.active if training.progress.points]

        wait_for(lambda: len(within_an_epoch()) == count or self.error, f"{count} trainings within an epoch")
        if self.error is not None:
            raise self.error
        return tuple(sorted(within_an_epoch(), key=lambda training: (training.job.experiment, training.job.seed)))

    def ended(self, count: int) -> dict[str, Any]:
        """Wait until so many runs have ended, and return them by experiment."""
        wait_for(lambda: len(self.runs) >= count or self.error, f"{count} runs")
        if self.error is not None:
            raise self.error
        return {run.experiment: run for run in self.runs}
