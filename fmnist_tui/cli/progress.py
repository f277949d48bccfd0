"""Progress bars on standard error, where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.plan import Job

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.progress import Progress


class TrainingBars:
    """A line for each training at work, with its bar.

    Args:
        bars: where they are drawn.
        jobs: how many trainings there will be.
    """

    def __init__(self, bars: "Bars", jobs: int) -> None:
        self._bars = bars
        self._jobs = jobs
        self._begun = 0
        self._lines: dict[Job, TaskID] = {}

    def show(self, job: Job, progress: "Progress") -> None:
        """Draw how far a training is; the first time gives it a line."""
        if job not in self._lines:
            self._begun += 1
            place = f"{self._begun}/{self._jobs} " if self._jobs > 1 else ""
            title = f"{place}{visible(job.experiment, 30)} seed {job.seed}".replace("[", r"\[")
            self._lines[job] = self._bars.add_task(title, total=1.0, words="")
        done = progress.epoch / progress.epochs
        self._bars.update(self._lines[job], completed=done, words=_words(progress))

    def end(self, job: Job) -> None:
        """Take a training's line away."""
        if job in self._lines:
            self._bars.remove_task(self._lines.pop(job))


@contextmanager
def training_bars(jobs: int) -> Iterator[TrainingBars]:
    """Show a bar for each training at work.

    Args:
        jobs: how many trainings there will be.
    """
    from rich.progress import BarColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with _bars(*columns) as bars:
        yield TrainingBars(bars, jobs)


@contextmanager
def fetching() -> Iterator[Callable[["FetchProgress"], None]]:
    """Show a bar for each file being downloaded; yields what is to be told of the progress."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn

    with _bars(TextColumn("{task.description}"), BarColumn(), DownloadColumn()) as bars:
        tasks = {}

        def show(progress: "FetchProgress") -> None:
            if progress.file not in tasks:
                tasks[progress.file] = bars.add_task(progress.file, total=progress.total)
            bars.update(tasks[progress.file], completed=progress.received, total=progress.total)

        yield show


def _bars(*columns: object) -> "Bars":
    from rich.console import Console
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    return Bars(
        *columns,  # type: ignore[arg-type]
        console=console,
        transient=True,
        disable=not console.is_terminal,
        refresh_per_second=4,
        redirect_stdout=sys.stdout.isatty(),  # what goes to a file or a pipe is not the terminal's
    )


def _words(progress: "Progress") -> str:
    words = f"epoch {min(progress.curves.epochs + 1, progress.epochs)}/{progress.epochs} {progress.phase}"
    if progress.points:
        words += f"  loss {progress.points[-1].loss:.3f}  acc {progress.points[-1].accuracy:.3f}"
    if progress.seconds_left is not None:
        words += f"  {progress.seconds_left:.0f} s left"
    return words
