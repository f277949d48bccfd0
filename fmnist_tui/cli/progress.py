"""Progress bars on standard error, where that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.plan import Job

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.progress import Progress, Sink


@contextmanager
def training_progress(jobs: int) -> Iterator[Callable[[Job], "Sink"]]:
    """Show a bar for the training at work; yields a function that gives a job its sink.

    Args:
        jobs: how many trainings there will be.
    """
    from rich.progress import BarColumn, TextColumn

    begun = 0
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with _bars(*columns) as bars:
        bar = bars.add_task("", total=1.0, words="loading TensorFlow", visible=jobs > 0)

        def show(job: Job) -> "Sink":
            nonlocal begun
            begun += 1
            place = f"{begun}/{jobs} " if jobs > 1 else ""
            title = f"{place}{visible(job.experiment, 30)} seed {job.seed}".replace("[", r"\[")
            bars.update(bar, description=title)
            return lambda progress: bars.update(bar, completed=progress.epoch / progress.epochs, words=_words(progress))

        yield show


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
    return Bars(*columns, console=console, transient=True, disable=not console.is_terminal)  # type: ignore[arg-type]


def _words(progress: "Progress") -> str:
    words = f"epoch {min(progress.curves.epochs + 1, progress.epochs)}/{progress.epochs} {progress.phase}"
    if progress.points:
        words += f"  loss {progress.points[-1].loss:.3f}  acc {progress.points[-1].accuracy:.3f}"
    if progress.seconds_left is not None:
        words += f"  {progress.seconds_left:.0f} s left"
    return words
