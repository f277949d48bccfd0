"""What other programs train in the same notebook, looked at a few times a second by a thread."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.runs.pending import Pending
from fmnist_tui.tui.training.messages import News, PendingSeen

LOOK_SECONDS = 0.5
"""How often the folders of runs are looked at: a listing, and the journals of those without a record."""

RECOVER_SECONDS = 10.0
"""How often what was broken off, or could not be recorded, is recorded if it can be."""


class RunsWatcher:
    """Tells of runs that are at work or broken off, and records those that were broken off.

    Args:
        notebook: beside which the folders are.
        post: takes what has changed; must be callable from any thread.
    """

    def __init__(self, notebook: Path, post: Callable[[Message], object]) -> None:
        self._notebook = NotebookFile(notebook)
        self._recovery = Recovery(self._notebook)
        self._lost: tuple[str, ...] = ()
        """The runs that the last look missed in the notebook."""
        self._unsure = False
        """Whether they are others than at the look before."""
        self._post = post
        self._over = Event()
        self._told: tuple[Pending, ...] = ()

    def begin(self) -> None:
        """Look from now on, in a thread."""
        # A daemon's, for a folder on a network may keep it waiting, and leaving must not.
        Thread(target=self._attend, name="elsewhere", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def _attend(self) -> None:
        recovered = -RECOVER_SECONDS
        while not self._over.is_set():
            if self._unsure or time.monotonic() - recovered >= RECOVER_SECONDS:
                self._recover()
                self._tell_news()
                recovered = time.monotonic()
            self.look()
            self._over.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Tell of what has changed."""
        try:
            seen = self._notebook.pending()
        except UserError:
            return  # the notebook cannot be read, which is told already
        if seen != self._told and not self._over.is_set():
            self._told = seen
            self._post(PendingSeen(seen))

    def _recover(self) -> None:
        try:
            self._notebook.recover()
        except UserError:
            return  # what cannot be recorded stays where it is

    def _tell_news(self) -> None:
        """Tell once of missing runs that two looks find in a row: an editor may empty the file while it saves."""
        try:
            lost = self._recovery.lost()
        except UserError:
            return
        self._unsure, self._lost = lost != self._lost, lost
        if not self._unsure and (sentences := self._recovery.news()) and not self._over.is_set():
            self._post(News(sentences))
