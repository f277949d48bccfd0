import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.training.messages import Interrupted, News, PendingSeen

if TYPE_CHECKING:
    from fmnist_tui.lab.notebook.recovery import Recovery

LOOK_SECONDS = 0.5
"""How often to look at the run folders: a listing, and the journals of unrecorded runs."""

RECOVER_SECONDS = 10.0
"""How often to try to record interrupted runs and those that could not be recorded."""


class RunsWatcher:
    """Posts the unrecorded runs, and records interrupted ones; `post` is called from a thread."""

    def __init__(self, notebook: Path, post: Callable[[Message], object], background: Background) -> None:
        self._notebook = NotebookFile(notebook)
        self._lost: tuple[str, ...] = ()
        self._unsure = False
        """Whether the missing runs changed at the last check."""
        self._post = post
        self._background = background
        self._over = Event()
        self._posted: tuple[PendingRun, ...] = ()

    @cached_property
    def _recovery(self) -> "Recovery":
        from fmnist_tui.lab.notebook.recovery import Recovery

        return Recovery(self._notebook)

    def begin(self) -> None:
        self._background.run(Lane.WATCHING, self._watch)

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
            added = self._notebook.recover()
        except UserError:
            return  # runs that cannot be recorded stay in their folders
        if interrupted := tuple(run for run in added if run.status == "interrupted"):
            self._post(Interrupted(interrupted))

    def _post_news(self) -> None:
        """Post missing runs once, after two checks agree: an editor may empty the file while saving."""
        try:
            lost = self._recovery.lost()
        except UserError:
            return
        self._unsure, self._lost = lost != self._lost, lost
        if not self._unsure and (sentences := self._recovery.news()) and not self._over.is_set():
            self._post(News(sentences))
