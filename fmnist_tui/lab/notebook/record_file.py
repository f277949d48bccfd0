"""A run's record in its folder: waits for the notebook, then stays as a copy."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.source import Signature, signature_of
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError, is_link, read_regular, write_atomic
from fmnist_tui.lab.runs.folder import JOURNAL, RunFolder
from fmnist_tui.lab.runs.journal import most_epochs
from fmnist_tui.lab.runs.pending import PendingRun, is_active, read_pending, run_folders
from fmnist_tui.lab.toml.migration import FORMAT
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records, read_text
from fmnist_tui.lab.toml.writing import record_text, run_record

RESULT = "run.toml"

RECORDED = "recorded"
"""Number of the run's epochs recorded in the notebook; without this file the record waits.

It prevents the journal from bringing back a run that the user removed from the notebook.
"""


MOST_BYTES = 64 * 1024**2


def write(folder: Path, run: Run) -> None:
    """Write a run's record to its folder, synced to disk; OSError if that fails."""
    (folder / RECORDED).unlink(missing_ok=True)
    # Not `write_atomic`: this may be the only copy, so the folder's entry must be synced as well.
    durable.replace(folder / RESULT, _text(run), through_links=False)


def read(folder: Path) -> Run | None:
    with suppress(NotebookError):
        notebook = read_text(_content(folder), str(folder / RESULT))
        return next((run for run in notebook.runs if run.id == folder.name), None)
    return None


def read_all(folders: Sequence[Path]) -> list[Run]:
    """Parse the records as one text, which takes a fraction of the time; unreadable ones are skipped."""
    head = f"format = {FORMAT}\n"
    texts = [_content(folder) for folder in folders]
    if all(text.startswith(head) and text.endswith("\n") for text in texts):
        with suppress(NotebookError):
            runs = read_records("".join(text.removeprefix(head) for text in texts)).runs
            if [run.id for run in runs] == [folder.name for folder in folders]:
                return [*runs]
    return [*filter(None, map(read, folders))]


def _content(folder: Path) -> str:
    with suppress(RunFolderError, UnicodeDecodeError):
        return (read_regular(folder / RESULT, MOST_BYTES) or b"").decode("utf-8")
    return ""


def update(folder: Path, run: Run) -> None:
    """Copy the name, note and star of a run to the record in its folder; failures are ignored."""
    copy = read(folder) if has_record(folder) else None
    if copy is None or (copy.recipe, copy.seed, copy.started) != (run.recipe, run.seed, run.started):
        return
    now = replace(copy, experiment=run.experiment, note=run.note, starred=run.starred)
    if repr(now) != repr(copy):
        with suppress(OSError, RunFolderError):
            write_atomic(folder / RESULT, lambda file: file.write(_text(now)))


def waiting(runs_folder: Path, owns: Callable[[str], bool]) -> tuple[Run, ...]:
    """Return the records waiting for the notebook, oldest first; unreadable and foreign ones are skipped."""
    folders = (runs_folder / name for name in run_folders(runs_folder))
    found = (read(folder) for folder in folders if is_waiting(folder) and owns(folder.name))
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


def is_waiting(folder: Path) -> bool:
    return not is_recorded(folder) and has_record(folder)


def mark_recorded(folder: Path, run: Run) -> None:
    """Mark a run as recorded, and delete its checkpoint unless it can be resumed."""
    if is_link(folder):
        return
    save_recorded_epochs(folder, run)
    if run.status != "interrupted":
        with suppress(OSError):
            RunFolder(folder).checkpoint.unlink(missing_ok=True)


def save_recorded_epochs(folder: Path, run: Run) -> None:
    """Store how many epochs the notebook has; on failure, a later call tries again."""
    with suppress(OSError, RunFolderError):
        if _recorded(folder) != run.curves.epochs:
            # Atomic: if it were read while empty, a run that the user removed would come back.
            write_atomic(folder / RECORDED, lambda file: file.write(f"{run.curves.epochs}\n".encode("ascii")))


def pending_runs(
    runs_folder: Path,
    notebook: Notebook,
    owns: Callable[[str], bool],
    nothing_new: dict[str, Signature | None],
) -> tuple[PendingRun, ...]:
    """Return running runs, and interrupted ones with epochs missing from the notebook.

    `nothing_new` caches journals with nothing new, which are not read again; it is updated.
    """
    ended = {run.id for run in notebook.runs if run.status != "interrupted"}
    epochs = {run.id: run.curves.epochs for run in notebook.runs if run.status == "interrupted"}
    seen: dict[str, Signature | None] = {}

    def wanted(name: str) -> bool:
        if not owns(name):
            return False
        folder = runs_folder / name
        seen[name] = signature_of(folder / JOURNAL)  # before reading, so that later additions count as new
        if name in nothing_new and nothing_new[name] == seen[name]:
            return False
        if not is_active(folder) and _most_epochs(folder) <= max(_recorded(folder), epochs.get(name, -1)):
            nothing_new[name] = seen[name]
            return False
        return True

    found = []
    for pending in read_pending(runs_folder, ended, wanted):
        known = max(_recorded(pending.folder), epochs.get(pending.run.id, -1))
        if pending.alive or pending.run.curves.epochs > known:
            found.append(pending)
        else:
            nothing_new[pending.folder.name] = seen[pending.folder.name]
    return tuple(found)


def lost(runs_folder: Path, statuses: Mapping[str, str], owns: Callable[[str], bool]) -> Iterator[str]:
    """Yield ids of recorded runs that the notebook lost, or has only as interrupted; `statuses` are its runs' by id."""
    for name in run_folders(runs_folder, {run_id for run_id, status in statuses.items() if status != "interrupted"}):
        folder = runs_folder / name
        if not (is_recorded(folder) and has_record(folder) and owns(name)):
            continue
        if name not in statuses or ((copy := read(folder)) and copy.status != "interrupted"):
            yield name


def _text(run: Run) -> bytes:
    return f"format = {FORMAT}\n{record_text('run', run_record(run))}".encode()


def _most_epochs(folder: Path) -> int:
    try:
        return most_epochs(folder / JOURNAL)
    except RunFolderError:
        return -1


def _recorded(folder: Path) -> int:
    """Return the number of epochs recorded in the notebook; -1 if the run never was."""
    try:
        return int(read_regular(folder / RECORDED, 64) or b"-1")
    except (RunFolderError, ValueError):
        return -1
