import atexit
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from fmnist_tui.engine.clock import running_clock, stop_clock_on_suspension
from fmnist_tui.engine.parallel.blocked_signals import signals_blocked
from fmnist_tui.engine.parallel.channel import SweepLink
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.profile import timed
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Control, Phase, Progress, Sink
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import MODEL, WEIGHTS_ALONE, RunFolder, Saving
from fmnist_tui.lab.runs.journal import interruption

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


DIED = "its worker process died"

_TRIES, _PERIOD = 500, 0.01


def cause_of_death(executor: Executor | None) -> str:
    processes = getattr(executor, "_processes", None) or {}
    for process in processes.values():
        for _ in range(_TRIES):
            if process.exitcode is not None:
                return f"{DIED}: {_words(process.exitcode)}"
            time.sleep(_PERIOD)  # it has closed its files, but may still be ending
    return DIED


def run_after_death(training: ActiveRun, folder: Path | None, death: str) -> Run:
    """Return the run of a dead worker, with all epochs known from its progress or journal."""
    seconds = round(running_clock.seconds() - training.began, 3)
    run = replace(training.run, curves=training.progress.curves, seconds=seconds)
    if folder is not None:
        with suppress(RunFolderError):
            journal = RunFolder(folder).read()
            if journal and journal.run.id == run.id and journal.run.curves.epochs >= run.curves.epochs:
                run = journal.run
    if not (run.curves.epochs or training.has_reported):
        return replace(run, status="failed", reason=death, seconds=seconds)
    reason = f"{interruption(run.curves.epochs, run.recipe.training.epochs)}: {death}"
    return replace(run, status="interrupted", reason=reason)


def _words(status: int) -> str:
    if status == -signal.SIGKILL:
        return "it was killed (SIGKILL), as the system does when memory runs out; if it did, train fewer at a time"
    if status >= 0:
        return f"it ended by itself, with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    crashed = -status in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)
    return f"it {'crashed' if crashed else 'was ended'} ({name})"


Given = ParamSpec("Given")
Returned = TypeVar("Returned")


@dataclass(frozen=True, slots=True)
class Source:
    """The data are too large to send with every job."""

    dataset: DatasetName
    directory: Path | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Small and picklable."""

    job: Job
    run_id: str
    source: Source
    line: Path
    """The folder of the sweep's channel."""
    folder: Path | None = None
    saving: Saving = WEIGHTS_ALONE


class _WorkerState(threading.local):
    """A thread can be a worker too."""

    def __init__(self) -> None:
        self.cache = CompiledModelCache()


worker_state = _WorkerState()
_loading = threading.Lock()
_dedicated_process = threading.Event()
"""Set in a process that only trains for a sweep."""


def train_task(task: Task) -> Run:
    """Train a job; data and compiled model are kept for the next. UserError and ArchitectureError as `sweep`."""
    job = task.job
    with SweepLink(task.line, task.run_id, Progress(Phase.COMPILING, job.recipe.training.epochs), _leave) as channel:
        try:
            return train_job(
                job,
                task.run_id,
                _data(task.source),
                sink=channel.show,
                control=channel.control,
                cache=worker_state.cache,
                folder=task.folder,
                saving=task.saving,
            )
        except UserError as error:
            # Subclasses take more arguments than a message, and the sweep could not unpickle them.
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
    saving: Saving,
) -> Run:
    """Train or resume a job in this thread; arguments and errors are those of `train`."""
    with timed("import"):
        from fmnist_tui.engine.training.trainer import train

    return train(
        job.recipe,
        job.seed,
        data,
        experiment=job.experiment,
        run_id=run_id,
        sink=sink,
        control=control,
        model_path=folder / MODEL if folder and saving.model else None,
        cache=cache,
        folder=RunFolder(folder) if folder else None,
        resume=job.resumes is not None,
        keep_weights=saving.weights,
    )


class WorkerProcess(ProcessPoolExecutor):
    """One process with one TensorFlow thread, which ends with its parent.

    It is spawned: a fork of a process that has used TensorFlow hangs.
    """

    def __init__(self) -> None:
        # Python's resource tracker, a process of its own, frees what a process pool that was left at once held. It need
        # not say so on the terminal.
        quiet = "ignore:resource_tracker"
        if quiet not in (filters := os.environ.get("PYTHONWARNINGS", "")):
            os.environ["PYTHONWARNINGS"] = f"{filters},{quiet}".lstrip(",")
        super().__init__(1, mp_context=get_context("spawn"), initializer=_initialize)

    def submit(self, fn: Callable[Given, Returned], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Returned]:
        with signals_blocked():
            return super().submit(fn, *args, **kwargs)


def _initialize() -> None:
    _dedicated_process.set()
    atexit.register(os._exit, 0)  # skips TensorFlow's own clean-up, which takes a second
    threading.Thread(target=_leave_with_parent, name="parent", daemon=True).start()
    stop_clock_on_suspension()
    from fmnist_tui.engine.tensorflow import tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _leave_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    _leave()


def _leave() -> None:
    """End this process at once if it only trains for a sweep."""
    if _dedicated_process.is_set():
        os._exit(1)


def _data(source: Source) -> "Dataset":
    with _loading:
        return _load(source)


@lru_cache(maxsize=1)
def _load(source: Source) -> "Dataset":
    from fmnist_tui.engine.dataset.sources import load

    return load(source.dataset, source.directory, fetch=False)
