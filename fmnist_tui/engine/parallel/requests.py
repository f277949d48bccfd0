"""What other programs ask of this one's trainings: to pause, to resume, to change the queue."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from fmnist_tui.engine.parallel.outside import queued_id, queued_job
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.runs.pausing import is_paused, set_paused
from fmnist_tui.lab.runs.queue_orders import Cancel, Move, PutBack, QueueOrder, take_orders

LOOK_SECONDS = 0.25
"""How often to look at the folders of active trainings."""


class RequestWatch:
    """A thread that obeys the requests in the folders of a queue's active trainings, while its context lasts.

    Not the training's own thread: that one waits while it is paused.

    Args:
        queue: the queue to change.
        runs_folder: holds the run folders.
        publish: called after each look, to let others see the queue.
    """

    def __init__(self, queue: Queue, runs_folder: Path, publish: Callable[[], object]) -> None:
        self._queue = queue
        self._runs_folder = runs_folder
        self._publish = publish
        self._paused: dict[str, bool] = {}
        """Whether a training was paused at the last look, by run id."""
        self._over = Event()
        self._thread = Thread(target=self._run, name="requests", daemon=True)

    def __enter__(self) -> "RequestWatch":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        for training in self._queue.active:
            folder = self._runs_folder / training.run_id
            with suppress(UserError):
                self._share_pause(training, folder)
            obey(self._queue, take_orders(folder))
        self._publish()

    def _share_pause(self, training: ActiveRun, folder: Path) -> None:
        """Make the control and the folder say the same: what changed since the last look is the newer."""
        control = training.control
        before = self._paused.get(training.run_id, False)
        asked = is_paused(folder)
        if asked != before and not control.stopping:
            control.pause() if asked else control.resume()
            self._paused[training.run_id] = asked
        elif (now := control.paused) != before:  # read once: the user may change it meanwhile
            set_paused(folder, now)
            self._paused[training.run_id] = now


def obey(queue: Queue, orders: Iterable[QueueOrder]) -> None:
    """Change a queue as ordered; orders about jobs that do not wait any more are without effect."""
    for order in orders:
        jobs = {queued_id(job): job for job in queue.waiting}
        with suppress(KeyError, UserError):
            match order:
                case Cancel(run_id):
                    queue.cancel(jobs[run_id])
                case Move(run_id, by):
                    queue.move(jobs[run_id], by)
                case PutBack(run, before):
                    queue.put_back(queued_job(run), jobs.get(before or ""))
