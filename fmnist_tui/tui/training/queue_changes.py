"""Cancel and move queued jobs, here and in other programs, with undo and redo."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.tui.training.activity import Activity
from fmnist_tui.tui.training.queue_list import job_words
from fmnist_tui.tui.training.runner import Runner

if TYPE_CHECKING:
    from fmnist_tui.engine.parallel.outside import FolderQueue


class NothingLeftError(UserError):
    """There is no change to undo or to redo."""


class Cancelled(NamedTuple):
    job: Job
    following: Job | None
    outside: "FolderQueue | None"
    """The queue of the other program, if it waited there."""


class Moved(NamedTuple):
    job: Job
    by: int


class QueueChanges:
    """The changes of this session; the methods return in words what was done.

    They raise UserError if the job does not wait any more, or if an order to another program cannot be written.
    """

    def __init__(self, runner: Runner, activity: Callable[[], Activity]) -> None:
        self._runner = runner
        self._activity = activity
        self._done: list[Cancelled | Moved] = []
        self._undone: list[Cancelled | Moved] = []

    def cancel(self, job: Job) -> str:
        self._undone.clear()
        return f"{self._cancel(job)} · u puts it back"

    def move(self, job: Job, by: int) -> str:
        self._undone.clear()
        return self._move(job, by)

    def undo(self) -> str:
        match step := _pop(self._done, "undo"):
            case Cancelled(job, following):
                self._return(step).put_back(job, following)
                words = f"put back: {job_words(job)}"
            case Moved(job, by):
                self._queue_of(job).move(job, -by)
                words = f"moved back: {job_words(job)}"
        self._undone.append(step)
        return words

    def redo(self) -> str:
        match _pop(self._undone, "redo"):
            case Cancelled(job):
                return self._cancel(job)
            case Moved(job, by):
                return self._move(job, by)

    def _cancel(self, job: Job) -> str:
        outside = self._outside(job)
        self._done.append(Cancelled(job, (outside or self._runner).cancel(job), outside))
        return f"cancelled: {job_words(job)}"

    def _move(self, job: Job, by: int) -> str:
        self._queue_of(job).move(job, by)
        self._done.append(Moved(job, by))
        return f"moved {'down' if by > 0 else 'up'}: {job_words(job)}"

    def _queue_of(self, job: Job) -> "FolderQueue | Runner":
        return self._outside(job) or self._runner

    def _outside(self, job: Job) -> "FolderQueue | None":
        return None if job in self._runner.waiting else self._activity().queue_of(job)

    def _return(self, change: Cancelled) -> "FolderQueue | Runner":
        """Return the queue to put a job back into: that of its program, which may train another run by now."""
        if change.outside is None:
            return self._runner
        queues = self._activity().outside
        same = (queue for queue in queues if queue.run_id == change.outside.run_id)
        before = (queue for queue in queues if change.following in queue.jobs)
        queue = next(same, None) or next(before, None) or next(iter(queues), None)
        if queue is None:
            raise UserError("the program that it waited in has ended; t trains it here")
        return queue


def _pop(changes: list[Cancelled | Moved], what: str) -> Cancelled | Moved:
    """Take the last change; one that cannot be undone or redone any more is not tried again."""
    if not changes:
        raise NothingLeftError(f"nothing to {what} in the queue")
    return changes.pop()
