"""A training as the pane sees it: one at work here, or one that another program has at work."""

from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import Pending
from fmnist_tui.tui.training.progress_line import phase_words
from fmnist_tui.tui.training.queue_list import Row, job_words
from fmnist_tui.tui.training.states import State


@dataclass(slots=True, eq=False)
class Watched:
    """What there is to show of a training, and the folder by which another program's is asked to stop."""

    run_id: str
    words: str
    """What is trained: `one layer of 64 · seed 3`."""
    dataset: str
    progress: Progress
    place: str = ""
    """Which of the queue it is, with what parts that from the words; empty for the only one."""
    training: ActiveRun | None = None
    """It itself, if it is at work here."""
    folder: Path | None = None
    """The run's folder, if it is at work elsewhere."""
    first_epoch: tuple[Point, ...] = ()
    """What was seen within its first epoch, for the curves to begin with."""
    ended: str | None = None
    """How it ended, in a few words, once it has."""

    def look(self) -> None:
        """Take the latest progress of a training that is at work here."""
        if self.training is not None:
            self.progress = self.training.progress
            if not self.progress.curves.epochs and self.progress.points:
                self.first_epoch = self.progress.points

    @property
    def heading(self) -> str:
        """Its place in the queue and what is trained."""
        return self.place + self.words

    def row(self, *, in_front: bool) -> Row:
        """Return its row in the queue."""
        state = State.RUNNING if self.training else State.ELSEWHERE
        fraction = self.progress.epoch / max(self.progress.epochs, 1)
        return Row(state, self.words, fraction, in_front=in_front)

    def end(self, run: Run) -> None:
        """Note how it ended: `finished: 64 · seed 3 · test accuracy 0.8746`."""
        parts = [f"{run.status}: {self.heading}"]
        parts += [f"test accuracy {fixed(run.test.accuracy, 4)}"] if run.test else [visible(run.reason or "")]
        self.ended = " · ".join(part for part in parts if part)

    @property
    def state_words(self) -> str:
        """What it is doing, in words that stand out by a sign too."""
        return phase_words(self.progress.phase) if self.training else f"{State.ELSEWHERE.sign} training elsewhere"


def watched_here(training: ActiveRun, number: int, total: int) -> Watched:
    """Return a training that begins here, told as which of how many it is."""
    place = f"{number} of {total} · " if total > 1 else ""
    job = training.job
    return Watched(training.run_id, job_words(job), job.recipe.dataset, training.progress, place, training)


def watched_elsewhere(pending: Pending) -> Watched:
    """Return a training of another program as its journal tells it."""
    run = pending.run
    words = job_words(Job(run.experiment, run.recipe, run.seed))
    return Watched(run.id, words, run.recipe.dataset, progress_of(pending), folder=pending.folder)


def progress_of(pending: Pending) -> Progress:
    """Return how far another program's training is: whole epochs are all that its journal tells."""
    return Progress(Phase.TRAINING, pending.run.recipe.training.epochs, pending.run.curves)
