from collections.abc import Callable, Mapping
from functools import partial

from textual.message import Message

from fmnist_tui.lab.experiments.groups import Group, groups, plans_on_one_dataset
from fmnist_tui.lab.experiments.learned_speeds import learn_speeds
from fmnist_tui.lab.experiments.seeds import trained_seeds
from fmnist_tui.lab.experiments.speeds import Speeds
from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.toml.reading import Notebook, NotebookError
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.training.pane import TrainingPane

QUICK_BYTES = 300_000
"""Notebooks up to this size are read in the UI thread: it takes a frame or two."""

MANY_RUNS = 2_000
"""Notebooks with more runs are frozen out of garbage collection."""


class NotebookRead(Message):
    """`problem` says why it could not be read; then `notebook` is the last one that could."""

    def __init__(
        self,
        notebook: Notebook,
        groups: tuple[Group, ...],
        trained: Mapping[Recipe, frozenset[int]],
        problem: str | None,
    ) -> None:
        super().__init__()
        self.trained = trained
        """The finished seeds by recipe."""
        self.notebook = notebook
        self.groups = groups
        self.problem = problem


class SpeedLearnt(Message):
    """This machine's training speeds; None without runs."""

    def __init__(self, speeds: Speeds | None) -> None:
        super().__init__()
        self.speeds = speeds


class NotebookReader:
    """`post` may be called from a thread."""

    def __init__(
        self, file: NotebookFile, machine: str | None, post: Callable[[Message], object], background: Background
    ) -> None:
        self._file = file
        self._machine = machine
        self._post = post
        self._notebook = Notebook()
        self._measured: Notebook | None = None
        self._background = background

    @property
    def busy(self) -> bool:
        return self._background.busy(Lane.READING)

    def read(self, dataset: DatasetName) -> None:
        """Read a small notebook now, a large one in a thread; plans without a dataset get the given one."""
        if self._size() <= QUICK_BYTES and not self.busy:
            self._read(dataset)
        else:
            self._background.run(Lane.READING, partial(self._read, dataset), replace=True)

    def _read(self, dataset: DatasetName) -> None:
        with gc_paused():
            self._read_and_post(dataset)

    def _read_and_post(self, dataset: DatasetName) -> None:
        problem, before = None, self._notebook
        try:
            self._notebook = self._file.read()
        except NotebookError as error:
            problem = str(error)
        notebook = self._notebook
        every = groups(notebook, dataset)
        self._post(NotebookRead(notebook, plans_on_one_dataset(every), trained_seeds(every), problem))
        if notebook is not self._measured:
            self._measured = notebook
            self._post(SpeedLearnt(learn_speeds(notebook.runs, self._machine)))
            if len(notebook.runs) > MANY_RUNS and not _grew(before, notebook):
                # Not when records were only added: freezing would keep a finished training's garbage for ever.
                freeze_gc()

    def _size(self) -> int:
        try:
            return self._file.path.stat().st_size
        except OSError:
            return 0


def _grew(before: Notebook, after: Notebook) -> bool:
    """Whether `after` is `before` with records added, sharing the same values."""
    return bool(before.runs and after.runs) and before.runs[0] is after.runs[0]


SECONDS = 15


class NotebookWarnings:
    """Notifies again only when the warnings change."""

    def __init__(self, training: TrainingPane, history: HistoryPane) -> None:
        self._training = training
        self._history = history
        self._shown: tuple[str, ...] = ()

    def show(self, notebook: Notebook) -> None:
        remarks = notebook.remarks
        if remarks:
            more = f" ({len(remarks) - 1} more in the training log)" if len(remarks) > 1 else ""
            self._history.say(f"{remarks[0]}{more}")
        if remarks and remarks != self._shown:
            for remark in remarks:
                self._training.log_line(remark)
            self._notify(remarks[0], "notebook")
        self._shown = remarks

    def refuse(self, why: str) -> None:
        self._notify(why, "not trained")

    def log(self, problem: str) -> None:
        self._training.log_line(problem)
        self._notify(problem, "notebook")

    def _notify(self, words: str, title: str) -> None:
        self._training.notify(words, title=title, severity="warning", timeout=SECONDS, markup=False)
