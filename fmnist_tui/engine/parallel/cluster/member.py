import time
from collections import Counter
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from fmnist_tui.engine.parallel.channel import WorkerOrder, orders_of
from fmnist_tui.engine.parallel.cluster.messages import Outcome, Report, progress_after
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.parallel.worker import run_after_death
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.engine.training.storage import RunStorage
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, read_regular, write_atomic
from fmnist_tui.lab.runs.folder import RunFolder

RESEND_SECONDS = 1.0
"""An order that a worker does not know of yet is sent again after this time."""
MOST_KILLED, MOST_ENDED = 3, 10
"""A training whose workers were killed, or ended in order, this often fails: it may be what kills them, or too long."""
FETCH_SECONDS = 40.0
"""Longer than Dask tries to connect a worker with another, 30 s."""
MOST_CHECKPOINT_BYTES = 1024**3


class Member:
    """A training on a cluster, with its journal, which is written here; AlreadyTrainingError if another writes it."""

    def __init__(self, training: ActiveRun, folder: Path | None) -> None:
        self.training = training
        self.future: Any = None
        """Dask's; None until it is submitted, and again when the scheduler forgot it."""
        self.submitted_at = 0.0
        """In seconds of `time.monotonic`."""
        self.address: str | None = None
        """The worker that trains it; None once that is lost."""
        self.lost = 0
        """How many workers it has lost."""
        self.killed_on: list[str] = []
        """Where its workers were killed, each by its host."""
        self._last_host: str | None = None
        self.ended_on: list[str] = []
        """Where they were lost in another way."""
        self._folder = folder
        self._storage = RunStorage(RunFolder(folder) if folder else None)
        self._kept = Curves()
        self._attempt: str | None = None
        self._worker_ends = False
        """Whether its worker has said that it ends."""
        self._over: set[str] = set()
        """Earlier attempts."""
        self._received: Progress | None = None
        self._obeyed: frozenset[WorkerOrder] = frozenset()
        self._told: frozenset[WorkerOrder] = frozenset()
        self._told_at = 0.0
        self._held = ExitStack()
        self._held.enter_context(self._storage.locked())
        self._storage.begin(training.run)

    @property
    def run_id(self) -> str:
        return self.training.run_id

    def checkpoint(self) -> bytes | None:
        """The file of a training on this machine that was interrupted."""
        if self._folder is None or self.training.job.resumes is None:
            return None
        try:
            return read_regular(RunFolder(self._folder).checkpoint, MOST_CHECKPOINT_BYTES)
        except RunFolderError:
            return None

    def place(self, address: str, host: str) -> None:
        self.address, self.training.host, self._last_host = address, host, host
        if self.training.progress.phase is Phase.WAITING:
            self.training.progress = replace(self.training.progress, phase=Phase.FETCHING)

    @property
    def is_late(self) -> bool:
        """Whether its worker has not begun it in time, perhaps because it cannot fetch the images."""
        return (
            self.future is not None and self._attempt is None and time.monotonic() > self.submitted_at + FETCH_SECONDS
        )

    def lose_worker(self, host: str | None = None, *, in_order: bool = False) -> None:
        """Expect the training to begin again on another worker.

        Args:
            host: that of the lost one, if the scheduler said that it has lost it.
            in_order: whether it was to go: else it was killed, unless it said before that it ends.
        """
        self.lost += 1
        if host is not None:
            (self.ended_on if in_order or self._worker_ends else self.killed_on).append(host)
        if self._attempt is not None:
            self._over.add(self._attempt)
        self.address, self.training.host, self._attempt = None, "", None
        self._worker_ends = False
        self._obeyed = frozenset()
        self.training.progress = replace(self.training.progress, phase=Phase.WAITING, seconds_left=None)

    def read_ending(self, attempt: str) -> None:
        self._worker_ends = self._worker_ends or attempt == self._attempt

    def read(self, report: Report, address: str, host: str) -> None:
        if report.attempt in self._over:
            return
        if report.attempt != self._attempt:
            if self._attempt is not None:
                self.lose_worker()  # Dask has not said so
            if self._over:
                self._storage.begin(self.training.run)
            self._attempt, self._received, self._kept = report.attempt, None, Curves()
        self.place(address, host)
        self._received = progress_after(self._received, report.progress)
        self._obeyed = report.obeyed
        self._keep(self._received.curves, report.seconds)
        self.training.progress, self.training.has_reported = self._received, True

    def _keep(self, curves: Curves, seconds: float) -> None:
        """Write new epochs to the journal."""
        for epochs in range(self._kept.epochs + 1, curves.epochs + 1):
            self._kept = Curves(*(getattr(curves, name)[:epochs] for name in CURVES))
            self._storage.add_epoch(self._kept, seconds)

    def look_at_requests(self) -> None:
        self._storage.check_stop_request(self.training.control)

    def orders_to_send(self) -> Collection[WorkerOrder] | None:
        """Return the orders in force if the worker is to be told of them now."""
        orders, now = frozenset(orders_of(self.training.control)), time.monotonic()
        if self._attempt is None or orders == self._obeyed:
            return None
        if orders == self._told and now < self._told_at + RESEND_SECONDS:
            return None
        self._told, self._told_at = orders, now
        return orders

    def finished(self, outcome: Outcome) -> Run:
        """Write what a run's folder holds after a training, and return the run."""
        run = outcome.run
        self._keep(run.curves, run.seconds)
        trouble = self._storage.trouble
        if self._folder is not None:
            for name, content in outcome.files.items():
                try:
                    write_atomic(self._folder / name, partial(_write, content))
                except RunFolderError as error:
                    trouble = trouble or str(error)
        started = run.started if self.training.job.resumes else self.training.started
        return self._marked(replace(run, started=started, reason=run.reason or trouble))

    def without_worker(self, why: str) -> Run:
        """Return the run with all epochs that are known."""
        return self._marked(run_after_death(self.training, self._folder, why))

    def failure(self) -> Run | None:
        """Return the run, as failed, if too many workers were lost with it."""
        if len(self.killed_on) >= MOST_KILLED:
            reason = (
                f"{len(self.killed_on)} workers were killed while they trained it ({_counted(self.killed_on)}), "
                "as a system does when memory runs out; "
                "use smaller layers, or workers with more memory"
            )
        elif len(self.ended_on) >= MOST_ENDED:
            reason = (
                f"{len(self.ended_on)} workers ended before it did ({_counted(self.ended_on)}), "
                "as jobs do at their time limit; ask for more time, or train it in fewer epochs"
            )
        else:
            return None
        return replace(self.without_worker(reason), status="failed", reason=reason)

    def close(self) -> None:
        self._held.close()

    def _marked(self, run: Run) -> Run:
        return replace(run, host=self._last_host, lost_workers=self.lost)


def _counted(hosts: Collection[str]) -> str:
    return ", ".join(f"{host} ×{count}" if count > 1 else host for host, count in Counter(hosts).items())


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)
