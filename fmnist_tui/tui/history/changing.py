"""Notebook edits, made one after another in a thread: each may wait for another program's lock."""

from collections import deque
from collections.abc import Callable
from threading import Lock, Thread

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.history.edits import Change, Made, Restoration


class Changed(Message):
    def __init__(self, made: Made | None, problem: str = "") -> None:
        super().__init__()
        self.made = made
        self.problem = problem
        """Why it failed; the notebook is then unchanged."""


class Changing:
    """Makes edits in order, and can undo those of this session; `post` is called in another thread."""

    def __init__(self, file: NotebookFile, post: Callable[[Message], object]) -> None:
        self._file = file
        self._post = post
        self._lock = Lock()
        self._wanted: deque[Change | None] = deque()
        self._back: list[Change] = []
        self._busy = False

    def want(self, change: Change | None) -> None:
        """Queue an edit; None undoes the last one, or else the latest deletion."""
        with self._lock:
            self._wanted.append(change)
            if self._busy:
                return
            self._busy = True
        # Not a daemon thread: quitting waits until all edits are written.
        Thread(target=self._work, name="notebook edits").start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._busy = False
                    return
                change = self._wanted.popleft()
            self._make(change)

    def _make(self, change: Change | None) -> None:
        undoing = change is None and bool(self._back)
        edit = change or (self._back[-1] if self._back else Restoration())
        try:
            made = edit.make(self._file)
        except UserError as error:
            self._post(Changed(None, str(error)))
            return
        except Exception as error:  # a bug: report it, and go on with the queued edits
            self._post(Changed(None, f"{type(error).__name__}: {error}; nothing was changed"))
            return
        if undoing:
            self._back.pop()
        elif made.back is not None:
            self._back.append(made.back)
        self._post(Changed(made))
