"""A cluster's worker: what it is, and how it trains. Dask calls these functions there."""

import pickle
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from distributed import Client, Worker, get_client, get_worker
from distributed import __version__ as distributed_version
from distributed.core import Status

from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.parallel.channel import WorkerOrder, obey_orders
from fmnist_tui.engine.parallel.cluster.ending import call_before_end
from fmnist_tui.engine.parallel.cluster.messages import (
    Assignment,
    Outcome,
    Report,
    WorkerDescription,
    ending_message,
    orders_topic,
    progress_since,
    read_orders,
    report_message,
)
from fmnist_tui.engine.parallel.worker import train_job, worker_state
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import remember
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs import predictions, weights
from fmnist_tui.lab.runs.folder import BEST_MODEL, MODEL, RunFolder

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

REPORT_SECONDS = 0.5
"""Seconds between two reports of a training, unless its client asks for fewer."""
FILES = (predictions.NAME, weights.NAME, MODEL, BEST_MODEL)
"""What a run's folder holds after a training, and the client wants."""


def describe() -> WorkerDescription:
    return WorkerDescription(socket.gethostname(), environment(), distributed_version)


def relay(key: bytes) -> Mapping[str, Any]:
    """Get the images from the scheduler, which gets them from a worker that this one cannot reach.

    UserError if it cannot.
    """
    client, name = get_client(), key.decode()
    answer = client.sync(client.scheduler.gather, keys=[name])
    if answer["status"] != "OK":
        raise UserError("the scheduler cannot get the images from the worker that has them; start both anew")
    images: Mapping[str, Any] = answer["data"][name]
    return images


def train(assignment: bytes, images: Mapping[str, Any]) -> Outcome:
    """Train in this thread; `images` are those of `images_message`. UserError and ArchitectureError as `sweep`."""
    wanted = pickle.loads(assignment)
    assert isinstance(wanted, Assignment)
    with tempfile.TemporaryDirectory(prefix="fmnist-tui-worker-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / wanted.run_id
        folder.mkdir()
        if wanted.checkpoint is not None:
            RunFolder(folder).checkpoint.write_bytes(wanted.checkpoint)
        with ClientLink(wanted, get_worker()) as link, call_before_end(get_worker(), link.say_ending):
            try:
                run = train_on_own_threads(wanted, images, folder, link)
            except UserError as error:
                raise UserError(str(error)) from None  # subclasses cannot be unpickled
        return Outcome(run, {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()})


def train_on_own_threads(wanted: Assignment, images: Mapping[str, Any], folder: Path, link: "ClientLink") -> Run:
    """Let TensorFlow use as many threads as Dask gave the worker."""
    from fmnist_tui.engine.tensorflow import tf

    threads = get_worker().state.nthreads
    with suppress(RuntimeError):  # TensorFlow has begun: it is set already
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    return train_job(
        wanted.job,
        wanted.run_id,
        received_dataset(images),
        sink=link.show,
        control=link.control,
        cache=worker_state.cache,
        folder=folder,
        saving=wanted.saving,
    )


class ClientLink:
    """A thread that sends reports and obeys orders, as long as the client wants the training."""

    def __init__(self, assignment: Assignment, worker: Worker) -> None:
        self.control = Control()
        self._assignment = assignment
        self._worker = worker
        self._task = worker.get_current_task()
        self._client: Client | None = None
        self._orders = orders_topic(assignment.topic, assignment.run_id)
        self._attempt = uuid4().hex
        self._began = time.monotonic()
        self._latest = Progress(Phase.LOADING, assignment.job.recipe.training.epochs)
        self._sent: Progress | None = None
        self._obeyed: frozenset[WorkerOrder] = frozenset()
        self._obeyed_sent = self._obeyed
        self._over = Event()
        self._wake = Event()
        self._thread = Thread(target=self._run, name=f"link of {assignment.run_id}", daemon=True)

    def __enter__(self) -> "ClientLink":
        self._send()
        with suppress(Exception):  # the scheduler is gone: then `_is_wanted` is false
            self._client = get_client()
            self._client.subscribe_topic(self._orders, self._obey)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join()
        if self._client is not None:
            with suppress(Exception):
                self._client.unsubscribe_topic(self._orders)

    def show(self, progress: Progress) -> None:
        self._latest = progress

    def say_ending(self) -> None:
        """Tell the client that the worker ends, and not because of its training."""
        with suppress(Exception):  # the scheduler is gone
            self._worker.log_event(self._assignment.topic, ending_message(self._assignment.run_id, self._attempt))

    def _run(self) -> None:
        while not self._over.is_set():
            if not self._is_wanted():
                self.control.stop()
            self._send()
            self._wake.wait(max(REPORT_SECONDS, self._assignment.report_seconds))
            self._wake.clear()

    def _obey(self, event: tuple[float, Any]) -> None:
        """In the worker's event loop."""
        orders = read_orders(event[1])
        obey_orders(self.control, orders)
        self._obeyed = orders
        self._wake.set()

    def _is_wanted(self) -> bool:
        """False once the client has gone or cancelled the task, and once the worker leaves the cluster."""
        task = self._worker.state.tasks.get(self._task)
        return task is not None and task.state != "cancelled" and self._worker.status == Status.running

    def _send(self) -> None:
        latest, obeyed = self._latest, self._obeyed
        if latest is self._sent and obeyed == self._obeyed_sent:
            return
        report = Report(
            self._assignment.run_id,
            self._attempt,
            time.monotonic() - self._began,
            obeyed,
            progress_since(self._sent, latest),
        )
        with suppress(Exception):  # the scheduler is gone
            self._worker.log_event(self._assignment.topic, report_message(report))
        self._sent, self._obeyed_sent = latest, obeyed


_loading = Lock()
_loaded: "tuple[Mapping[str, Any], Dataset] | None" = None


def received_dataset(images: Mapping[str, Any]) -> "Dataset":
    """Return the same object for the same images, as caches tell data apart by identity."""
    from fmnist_tui.engine.dataset.sources import Dataset

    global _loaded  # noqa: PLW0603 - one for each process
    with _loading:
        if _loaded is None or _loaded[0] is not images:
            _loaded = images, Dataset(**images["dataset"])
            remember(_loaded[1].name, images["facts"])
        return _loaded[1]
