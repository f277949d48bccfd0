"""A worker of a sweep: what it is told, what it does, and the process it may have to itself."""

import atexit
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from fmnist_tui.engine.parallel.channel import WorkerEnd
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Control, Phase, Progress, Sink
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import DatasetName
from fmnist_tui.lab.records.run import Run

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a worker finds the data, which are too large to send it with every job."""

    dataset: DatasetName
    directory: Path | None = None
    """The folder of the files, as given with `--data`."""


@dataclass(frozen=True, slots=True)
class Task:
    """One training as a worker is told of it: a few kilobytes, which can be pickled."""

    job: Job
    run_id: str
    source: Source
    line: Path
    """The folder of the sweep's end of the line."""
    folder: Path | None = None
    """Where the run's journal and the like go; None keeps none."""
    save_model: bool = False
    """Whether the trained model is kept in that folder."""


class _Kept(threading.local):
    """What a worker keeps from one training to the next; a thread is a worker too."""

    def __init__(self) -> None:
        self.cache = CompiledModelCache()


_kept = _Kept()
_loading = threading.Lock()
_to_itself = threading.Event()
"""Set in a process that does nothing but train for a sweep."""


def train_task(task: Task) -> Run:
    """Train a job and return its run; data and compiled recipe are kept for the next.

    Raises:
        UserError: data that cannot be read any more.
        ArchitectureError: a network that cannot be built.
    """
    job = task.job
    with WorkerEnd(task.line, task.run_id, Progress(Phase.COMPILING, job.recipe.training.epochs), _leave) as line:
        try:
            return train_job(
                job,
                task.run_id,
                _data(task.source),
                sink=line.show,
                control=line.control,
                cache=_kept.cache,
                folder=task.folder,
                save_model=task.save_model,
            )
        except UserError as error:
            # Some of them are made from more than their message, and could not be unpickled by the sweep.
            raise UserError(str(error)) from None


def train_job(
    job: Job,
    run_id: str,
    data: "Dataset",
    *,
    sink: Sink,
    control: Control,
    cache: CompiledModelCache,
    folder: Path | None,
    save_model: bool,
) -> Run:
    """Train a job in this thread, going on with an interrupted run if it says so, and return its run.

    Args:
        job: what is trained.
        run_id: the run's own id.
        data: the images.
        sink: takes the reports.
        control: the flags of a person.
        cache: keeps the recipe compiled for its next seed.
        folder: where the run's journal and the like go; None keeps none.
        save_model: whether the trained model is kept in that folder.

    Raises:
        ArchitectureError, AtWorkError, ValueError: as for `train`.
    """
    from fmnist_tui.engine.training.trainer import train
    from fmnist_tui.lab.runs.folder import RunFolder

    return train(
        job.recipe,
        job.seed,
        data,
        experiment=job.experiment,
        run_id=run_id,
        sink=sink,
        control=control,
        model_path=folder / "model.keras" if folder and save_model else None,
        cache=cache,
        folder=RunFolder(folder) if folder else None,
        resume=job.resumes is not None,
    )


class WorkerProcess(ProcessPoolExecutor):
    """An executor of one fresh process with one TensorFlow thread, which ends when its parent does.

    It is spawned, never forked: a fork of a process that has used TensorFlow hangs.
    """

    def __init__(self) -> None:
        super().__init__(1, mp_context=get_context("spawn"), initializer=_settle_in)

    def submit(self, fn: Callable[Given, Returned], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Returned]:
        """Have the process call a function, and start it if need be."""
        # A process inherits what its parent's thread blocks. A signal for the whole group, such as a terminal's
        # Ctrl-C, is the parent's to answer, even before the process could have said so itself.
        signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_in() -> None:
    """Begin the life of a worker that has its process to itself."""
    _to_itself.set()
    atexit.register(os._exit, 0)  # after all else: taking TensorFlow to pieces takes a second, for nothing
    threading.Thread(target=_leave_with_the_parent, name="parent", daemon=True).start()
    from fmnist_tui.engine.tensorflow import tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _leave_with_the_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    _leave()


def _leave() -> None:
    """End this process at once, unless it has more to do than to train for a sweep."""
    if _to_itself.is_set():
        os._exit(1)


def _data(source: Source) -> "Dataset":
    """Return the data, loaded once a process; two threads that ask at once get the same."""
    with _loading:
        return _load(source)


@lru_cache(maxsize=1)
def _load(source: Source) -> "Dataset":
    from fmnist_tui.engine.dataset.sources import load

    return load(source.dataset, source.directory, fetch=False)
