"""The notebook read for the screen: a small one at once, a large one in a thread while the screen lives on."""

from collections.abc import Callable
from threading import Lock, Thread

from textual.message import Message

from fmnist_tui.lab.experiments.estimate import Speed, learn_speed
from fmnist_tui.lab.experiments.groups import Group, groups, settled
from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import DatasetName
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

QUICK_BYTES = 300_000
"""Up to this size a notebook is read on the spot: it takes less than a frame or two."""

MANY_RUNS = 2_000
"""From here on the search for garbage is kept from them."""


class NotebookRead(Message):
    """What the notebook holds, or why it cannot be read; what was last read is then shown on."""

    def __init__(self, notebook: Notebook, groups: tuple[Group, ...], problem: str | None) -> None:
        super().__init__()
        self.notebook = notebook
        self.groups = groups
        """Its groups, on the dataset at hand."""
        self.problem = problem


class SpeedLearnt(Message):
    """How fast this machine trains, as far as the notebook tells."""

    def __init__(self, speed: Speed | None) -> None:
        super().__init__()
        self.speed = speed


class NotebookReader:
    """Reads a notebook whenever that is asked for, never twice at once, and posts what it holds.

    Args:
        file: the notebook.
        machine: what this machine is called in its runs.
        post: takes what is told; must be callable from any thread.
    """

    def __init__(self, file: NotebookFile, machine: str | None, post: Callable[[Message], object]) -> None:
        self._file = file
        self._machine = machine
        self._post = post
        self._known = Notebook()
        self._learnt: Notebook | None = None
        self._lock = Lock()
        self._wanted: DatasetName | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether a thread reads, and will tell."""
        return self._busy

    def read(self, dataset: DatasetName) -> None:
        """Post what the notebook holds, on a dataset that plans are about to be trained on if they name none."""
        with self._lock:
            self._wanted = dataset
            if self._busy:
                return
            self._busy = True
        if self._size() <= QUICK_BYTES:
            self._work()
        else:
            Thread(target=self._work, name="reading the notebook", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                dataset, self._wanted = self._wanted, None
                if dataset is None:
                    self._busy = False
                    return
            with gc_paused():
                self._read(dataset)

    def _read(self, dataset: DatasetName) -> None:
        problem, before = None, self._known
        try:
            self._known = self._file.read()
        except NotebookError as error:
            problem = str(error)
        known = self._known
        self._post(NotebookRead(known, settled(groups(known, dataset)), problem))
        if known is not self._learnt:
            self._learnt = known
            self._post(SpeedLearnt(learn_speed(known.runs, self._machine)))
            if len(known.runs) > MANY_RUNS and not _grew(before, known):
                # Not after a mere addition: what a training left behind by then would never be given back.
                freeze_gc()

    def _size(self) -> int:
        try:
            return self._file.path.stat().st_size
        except OSError:
            return 0


def _grew(before: Notebook, after: Notebook) -> bool:
    """Whether what was read is what was there before, its very values, with records added."""
    return bool(before.runs and after.runs) and before.runs[0] is after.runs[0]
