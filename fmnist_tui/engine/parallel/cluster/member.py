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
MOST_CHECKPOINT_BYTES = 1024**3


class Member:
    """A training on a cluster, with its journal, which is written here; AlreadyTrainingError if another writes it."""

    def __init__(self, training: ActiveRun, folder: Path | None) -> None:
        self.training = training
        self.future: Any = None
        """Dask's; None until it is submitted, and again when the scheduler forgot it."""
        self.address: str | None = None
        """The worker that trains it; None once that is lost."""
        self.lost = 0
        """How many workers it has lost."""
        self.killed_on: list[str] = []
        """Where its workers were killed, each by its host."""
        self._folder = folder
        self._storage = RunStorage(RunFolder(folder) if folder else None)
        self._kept = Curves()
        self._attempt: str | None = None
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
        self.address, self.training.host = address, host

    def lose_worker(self, *, killed_on: str | None = None) -> None:
        """Expect the training to begin again on another worker; `killed_on` is the host if the lost one was killed."""
        self.lost += 1
        if killed_on is not None:
            self.killed_on.append(killed_on)
        if self._attempt is not None:
            self._over.add(self._attempt)
        self.address = self._attempt = None
        self._obeyed = frozenset()
        self.training.progress = replace(self.training.progress, phase=Phase.LOADING)

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

    def killed(self) -> Run:
        counts = Counter(self.killed_on)
        where = ", ".join(f"{host} ×{count}" if count > 1 else host for host, count in counts.items())
        reason = (
            f"{len(self.killed_on)} workers were killed while they trained it ({where}), "
            "as a system does when memory runs out; "
            "use smaller layers, or workers with more memory"
        )
        return replace(self.without_worker(reason), status="failed", reason=reason)

    def close(self) -> None:
        self._held.close()

    def _marked(self, run: Run) -> Run:
        return replace(run, host=self.training.host or None, lost_workers=self.lost)


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)
