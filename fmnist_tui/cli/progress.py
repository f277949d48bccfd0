import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from fmnist_tui.cli.output import tell
from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.terminal.hangup import TerminalConnection
from fmnist_tui.terminal.standard_error import duplicate

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.parallel.queue import ActiveRun
    from fmnist_tui.engine.training.progress import Progress

MANY_FIGURES = 50
"""From this many figures on, drawing takes more than a few seconds."""


class TrainingBars:
    def __init__(self, bars: "Bars", jobs: int) -> None:
        self._bars = bars
        self._jobs = jobs
        self._begun = 0
        self._lines: dict[str, TaskID] = {}
        """By run id."""

    def show(self, training: "ActiveRun") -> None:
        from fmnist_tui.engine.training.progress import Phase

        job, picture = training.job, training.progress
        words = f"{training.host} · {_words(picture)}" if training.host else _words(picture)
        if training.run_id not in self._lines:
            self._begun += 1
            place = f"{self._begun}/{self._jobs} " if self._jobs > 1 else ""
            title = f"{place}{seed_name(job, 20)}".replace("[", r"\[")
            # Drawn at once: importing TensorFlow keeps the thread that draws waiting.
            self._lines[training.run_id] = self._bars.add_task(title, total=1.0, words=words, timed=True)
        # A bar that moves by itself would stand still while TensorFlow is imported, as if the program hung.
        done = picture.epoch / picture.epochs
        timed = picture.phase is Phase.LOADING
        self._bars.update(self._lines[training.run_id], completed=done, words=words, timed=timed)

    def keep_only(self, run_ids: Collection[str]) -> None:
        for run_id in self._lines.keys() - run_ids:
            self._bars.remove_task(self._lines.pop(run_id))

    @contextmanager
    def out_of_the_way(self) -> Iterator[None]:
        """Hide the bars while something is printed, so that it starts on a new line."""
        self._draw(lines=False)
        try:
            yield
        finally:
            self._draw(lines=True)

    def _draw(self, *, lines: bool) -> None:
        for line in self._lines.values():
            self._bars.update(line, visible=lines)
        with suppress(OSError):  # the terminal is gone
            self._bars.refresh()


@contextmanager
def training_bars(jobs: int, line: TerminalConnection | None = None) -> Iterator[TrainingBars]:
    """Show a bar for each running training; `line` is the connection to the terminal that they are drawn on."""
    from rich.progress import BarColumn, Task, TextColumn
    from rich.table import Column
    from rich.text import Text

    from fmnist_tui.tui.training.progress_line import with_seconds

    class Words(TextColumn):
        def render(self, task: Task) -> Text:
            words = task.fields["words"]
            return Text(with_seconds(words, task.elapsed or 0.0) if task.fields["timed"] else words)

    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=12, table_column=Column(no_wrap=True)),
        # One line in the width that is left, cut with an ellipsis.
        Words("", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
    )
    with _undisturbed(line) as file, _bars(*columns, expand=True, file=file) as bars:
        yield TrainingBars(bars, jobs)


@contextmanager
def _undisturbed(line: TerminalConnection | None) -> Iterator[TextIO | None]:
    """Yield a file to draw on while descriptor 2 leads nowhere, as it does during TensorFlow's import; None if none is.

    Its encoding is that of standard error.
    """
    if line is None or not os.isatty(2):
        yield None
        return
    with duplicate(2) as file, line.including(file.fileno()):
        file.reconfigure(encoding=sys.stderr.encoding, errors=sys.stderr.errors)
        yield file


@contextmanager
def fetching() -> Iterator[Callable[["FetchProgress"], None]]:
    """Yield a function that shows a download's progress."""
    from rich.progress import BarColumn, DownloadColumn, TextColumn

    with _bars(TextColumn("{task.description}"), BarColumn(), DownloadColumn()) as bars:
        tasks = {}

        def show(progress: "FetchProgress") -> None:
            if progress.file not in tasks:
                tasks[progress.file] = bars.add_task(progress.file, total=progress.total)
            bars.update(tasks[progress.file], completed=progress.received, total=progress.total)

        yield show


@contextmanager
def drawing() -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows how many figures of a total are drawn; without a terminal, one line if many."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    with _bars(TextColumn("drawing figures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bars:
        task = bars.add_task("", total=None)  # it moves until the notebook is read

        def show(drawn: int, total: int) -> None:
            bars.update(task, completed=drawn, total=total)
            if bars.disable and drawn == 0 and total >= MANY_FIGURES:
                tell(f"drawing {total:,} figures")

        yield show


def _bars(*columns: object, expand: bool = False, file: TextIO | None = None) -> "Bars":
    from rich.console import Console, RenderableType
    from rich.constrain import Constrain
    from rich.progress import Progress as Bars

    console = Console(file=file, stderr=True)

    class NarrowBars(Bars):
        """With room for the terminal's echo of ^C, which would otherwise leave a bar on the screen."""

        def get_renderable(self) -> RenderableType:
            return Constrain(super().get_renderable(), max(console.width - len("^C") - 1, 1))

    return NarrowBars(
        *columns,  # type: ignore[arg-type]
        console=console,
        transient=True,
        disable=not console.is_terminal or console.is_dumb_terminal,
        expand=expand,
        refresh_per_second=4,
        redirect_stdout=False,  # typer does not write to the replacement
    )


def _is_beginning(progress: "Progress") -> bool:
    """Whether there is no progress to measure yet."""
    from fmnist_tui.engine.training.progress import Phase

    return progress.phase in (Phase.LOADING, Phase.COMPILING) and not progress.curves.epochs


def _words(progress: "Progress") -> str:
    from fmnist_tui.engine.training.progress import Phase
    from fmnist_tui.tui.training.progress_line import progress_words

    if _is_beginning(progress):
        return str(progress.phase)
    words = progress_words(progress)
    return words if progress.phase is Phase.TRAINING else f"{progress.phase} · {words}"
