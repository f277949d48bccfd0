"""A run's record in its folder: waits for the notebook, then stays as a copy."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.source import Signature, signature_of
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError, is_link, read_regular, write_atomic
from fmnist_tui.lab.runs.folder import JOURNAL, RunFolder
from fmnist_tui.lab.runs.pending import PendingRun, read_pending, run_folders
from fmnist_tui.lab.toml.migration import FORMAT
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record

RESULT = "run.toml"

RECORDED = "recorded"
"""Number of the run's epochs recorded in the notebook; without this file the record waits.

It prevents the journal from bringing back a run that the user removed from the notebook.
"""


MOST_BYTES = 64 * 1024**2


def keep(folder: Path, run: Run) -> None:
    """Write a run's record to its folder, synced to disk; OSError if that fails."""
    text = f"format = {FORMAT}\n{record_text('run', run_record(run))}"
    (folder / RECORDED).unlink(missing_ok=True)
    # Not `write_atomic`: this may be the only copy, so the folder's entry must be synced as well.
    durable.replace(folder / RESULT, text.encode("utf-8"), through_links=False)


def read(folder: Path) -> Run | None:
    """Return the record in a run's folder, or None if there is no readable one."""
    path = folder / RESULT
    with suppress(RunFolderError, UnicodeDecodeError, NotebookError):
        content = read_regular(path, MOST_BYTES) or b""
        notebook = read_text(content.decode("utf-8"), str(path))
        return next((run for run in notebook.runs if run.id == folder.name), None)
    return None


def waiting(runs_folder: Path, owns: Callable[[str], bool]) -> tuple[Run, ...]:
    """Return the records waiting for the notebook, oldest first.

    Unreadable records and those of other notebooks are skipped.
    """
    folders = (runs_folder / name for name in run_folders(runs_folder))
    found = (read(folder) for folder in folders if waits(folder) and owns(folder.name))
    return tuple(sorted(filter(None, found), key=lambda run: (run.started, run.id)))


def has_record(folder: Path) -> bool:
    if is_link(folder) or is_link(folder / RESULT):
        return False
    return os.path.isfile(folder / RESULT)  # noqa: PTH113  # Path.is_file raises on disk errors


def is_unused(folder: Path) -> bool:
    return signature_of(folder / JOURNAL) is None and not has_record(folder)


def is_recorded(folder: Path) -> bool:
    """Return whether the record was added to the notebook; true if the disk cannot tell."""
    try:
        (folder / RECORDED).lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def waits(folder: Path) -> bool:
    return not is_recorded(folder) and has_record(folder)


def settle(folder: Path, run: Run) -> None:
    """Mark a run as recorded, and delete its checkpoint unless it can be resumed."""
    if is_link(folder):
        return
    remember(folder, run)
    if run.status != "interrupted":
        with suppress(OSError):
            RunFolder(folder).checkpoint.unlink(missing_ok=True)


def remember(folder: Path, run: Run) -> None:
    """Store which epochs the notebook has; on failure, a later call tries again."""
    with suppress(OSError, RunFolderError):
        if _recorded(folder) != run.curves.epochs:
            # Atomic: if it were read while empty, a run that the user removed would come back.
            write_atomic(folder / RECORDED, lambda file: file.write(f"{run.curves.epochs}\n".encode("ascii")))


def unsettled(
    runs_folder: Path,
    notebook: Notebook,
    owns: Callable[[str], bool],
    settled: dict[str, Signature | None],
) -> tuple[PendingRun, ...]:
    """Return running runs, and interrupted ones with epochs missing from the notebook.

    `settled` caches journals with nothing new, which are not read again; it is updated.
    """
    ended = {run.id for run in notebook.runs if run.status != "interrupted"}
    epochs = {run.id: run.curves.epochs for run in notebook.runs if run.status == "interrupted"}
    seen: dict[str, Signature | None] = {}

    def wanted(name: str) -> bool:
        if not owns(name):
            return False
        seen[name] = signature_of(runs_folder / name / JOURNAL)  # before reading, so that later additions count as new
        return not (name in settled and settled[name] == seen[name])

    found = []
    for pending in read_pending(runs_folder, ended, wanted):
        known = max(_recorded(pending.folder), epochs.get(pending.run.id, -1))
        if pending.alive or pending.run.curves.epochs > known:
            found.append(pending)
        else:
            settled[pending.folder.name] = seen[pending.folder.name]
    return tuple(found)


def lost(runs_folder: Path, statuses: Mapping[str, str], owns: Callable[[str], bool]) -> Iterator[str]:
    """Yield ids of recorded runs that the notebook lost, or has only as interrupted; `statuses` are its runs' by id."""
    for name in run_folders(runs_folder, {run_id for run_id, status in statuses.items() if status != "interrupted"}):
        folder = runs_folder / name
        if not (is_recorded(folder) and has_record(folder) and owns(name)):
            continue
        if name not in statuses or ((copy := read(folder)) and copy.status != "interrupted"):
            yield name


def _recorded(folder: Path) -> int:
    """Return the number of epochs recorded in the notebook; -1 if the run never was."""
    try:
        return int(read_regular(folder / RECORDED, 64) or b"-1")
    except (RunFolderError, ValueError):
        return -1
