import os
import re
from collections.abc import Callable, Container
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import ALIVE, JOURNAL, is_claimed
from fmnist_tui.lab.runs.journal import read_journal
from fmnist_tui.lab.runs.liveness import is_held
from fmnist_tui.lab.runs.pausing import is_paused
from fmnist_tui.lab.runs.queued import read_queued
from fmnist_tui.lab.runs.stopping import Stop, stop_asked

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""Names that a run's folder may have; others are ignored."""


class PendingRun(NamedTuple):
    run: Run
    """The run according to its journal; `interrupted`, with a reason unless it is still being trained."""
    alive: bool
    folder: Path
    stop: Stop | None = None
    """The stop requested from the program that trains it."""
    queued: tuple[Run, ...] = ()
    """What that program will train next."""
    paused: bool = False
    """Whether that program paused it, or was asked to."""


def run_folders(runs_folder: Path, known_ids: Container[str] = ()) -> list[str]:
    """Return the names of folders that may be runs', except known ones."""
    try:
        with os.scandir(runs_folder) as entries:
            return [
                entry.name
                for entry in entries
                if entry.name not in known_ids and _ID.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []


def read_pending(
    runs_folder: Path, known_ids: Container[str], wanted: Callable[[str], bool] = lambda name: True
) -> tuple[PendingRun, ...]:
    """Return the runs with a journal, oldest first; `known_ids` and names that are not `wanted` are not read."""
    names = filter(wanted, run_folders(runs_folder, known_ids))
    found = (_pending(runs_folder / name) for name in names)
    return tuple(sorted(filter(None, found), key=lambda pending: (pending.run.started, pending.run.id)))


def is_active(folder: Path) -> bool:
    """Return whether a process, this one included, trains a run or records it."""
    return is_claimed(folder) or is_held(folder / ALIVE)


def _pending(folder: Path) -> PendingRun | None:
    alive = is_active(folder)  # before reading the journal, so that the journal of a dead process is complete
    try:
        journal = read_journal(folder / JOURNAL)
    except RunFolderError:
        return None
    if journal is None or journal.run.id != folder.name:
        return None
    if not alive:
        return PendingRun(journal.run, alive, folder)
    run = replace(journal.run, reason=None)
    return PendingRun(run, alive, folder, stop_asked(folder), read_queued(folder), is_paused(folder))
