"""A training shown in the pane, of this program or of another, and the watch on other programs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from textual.message import Message

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import Pending
from fmnist_tui.tui.training.messages import News, PendingSeen
from fmnist_tui.tui.training.progress_line import phase_words
from fmnist_tui.tui.training.queue_list import Row, job_words
from fmnist_tui.tui.training.states import State


@dataclass(slots=True, eq=False)
class Watched:
    run_id: str
    words: str
    dataset: str
    progress: Progress
    place: str = ""
    """Its place in the queue with a separator; empty for the only one."""
    training: ActiveRun | None = None
    folder: Path | None = None
    first_epoch: tuple[Point, ...] = ()
    """The points of its first epoch, where the curves start."""
    status: str = "ended"
    """How its run ended, once it has."""
    ended: str | None = None

    def look(self) -> None:
        if self.training is not None:
            self.progress = self.training.progress
            if not self.progress.curves.epochs and self.progress.points:
                self.first_epoch = self.progress.points

    @property
    def heading(self) -> str:
        return self.place + self.words

    def row(self, *, in_front: bool) -> Row:
        state = State.RUNNING if self.training else State.ELSEWHERE
        fraction = self.progress.epoch / max(self.progress.epochs, 1)
        return Row(state, self.words, fraction, in_front=in_front)

    def end(self, run: Run) -> None:
        self.status = run.status
        parts = [f"{run.status}: {self.heading}"]
        parts += [f"test accuracy {fixed(run.test.accuracy, 4)}"] if run.test else [visible(run.reason or "")]
        self.ended = " · ".join(part for part in parts if part)

    @property
    def state_words(self) -> str:
        return phase_words(self.progress.phase) if self.training else f"{State.ELSEWHERE.sign} training elsewhere"


def watched_here(training: ActiveRun, number: int, total: int) -> Watched:
    """Return a training that runs here, as number `number` of `total`."""
    place = f"{number} of {total} · " if total > 1 else ""
    job = training.job
    return Watched(training.run_id, job_words(job), job.recipe.dataset, training.progress, place, training)


def watched_elsewhere(pending: Pending) -> Watched:
    run = pending.run
    words = job_words(Job(run.experiment, run.recipe, run.seed))
    return Watched(run.id, words, run.recipe.dataset, progress_of(pending), folder=pending.folder)


def progress_of(pending: Pending) -> Progress:
    """Return the progress of another program's training: its journal has whole epochs only."""
    return Progress(Phase.TRAINING, pending.run.recipe.training.epochs, pending.run.curves)


LOOK_SECONDS = 0.5
"""How often to look at the run folders: a listing, and the journals of unrecorded runs."""

RECOVER_SECONDS = 10.0
"""How often to try to record interrupted runs and those that could not be recorded."""


class RunsWatcher:
    """Posts the unrecorded runs when they change, and records interrupted ones.

    Args:
        notebook: path of the notebook, next to the run folders.
        post: receives the messages; must be callable from any thread.
    """

    def __init__(self, notebook: Path, post: Callable[[Message], object]) -> None:
        self._notebook = NotebookFile(notebook)
        self._recovery = Recovery(self._notebook)
        self._lost: tuple[str, ...] = ()
        self._unsure = False
        """Whether the missing runs changed at the last check."""
        self._post = post
        self._over = Event()
        self._posted: tuple[Pending, ...] = ()

    def begin(self) -> None:
        # A daemon thread: a network folder may block it, and leaving must not wait.
        Thread(target=self._watch, name="elsewhere", daemon=True).start()

    def end(self) -> None:
        self._over.set()

    def _watch(self) -> None:
        recovered = -RECOVER_SECONDS
        while not self._over.is_set():
            if self._unsure or time.monotonic() - recovered >= RECOVER_SECONDS:
                self._recover()
                self._post_news()
                recovered = time.monotonic()
            self.look()
            self._over.wait(LOOK_SECONDS)

    def look(self) -> None:
        try:
            seen = self._notebook.pending()
        except UserError:
            return  # the notebook cannot be read, which the app shows already
        if seen != self._posted and not self._over.is_set():
            self._posted = seen
            self._post(PendingSeen(seen))

    def _recover(self) -> None:
        try:
            self._notebook.recover()
        except UserError:
            return  # runs that cannot be recorded stay in their folders

    def _post_news(self) -> None:
        """Post missing runs once, after two checks agree: an editor may empty the file while saving."""
        try:
            lost = self._recovery.lost()
        except UserError:
            return
        self._unsure, self._lost = lost != self._lost, lost
        if not self._unsure and (sentences := self._recovery.news()) and not self._over.is_set():
            self._post(News(sentences))
