"""Results that wait in `runs/` until the notebook has them, and how far each run's folder is recorded."""

from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.migration import FORMAT
from fmnist_tui.lab.notebook.reading import NotebookError, read_text
from fmnist_tui.lab.notebook.writing import record_text, run_record
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.run_folder.files import RunFolderError, is_link, read_regular, write_whole
from fmnist_tui.lab.run_folder.folder import RunFolder
from fmnist_tui.lab.run_folder.pending import Pending, read_pending

RESULT = "run.toml"
"""The file in a run's folder that holds its result until the notebook does."""

RECORDED = "recorded"
"""The file in a run's folder that says how many of its epochs the notebook has.

Without it a run that a person removed from the notebook would come back from its journal.
"""


MOST_BYTES = 64 * 1024**2
"""More than any result takes."""


def keep(folder: Path, run: Run) -> None:
    """Keep a result in its run's folder, on disk; OSError where that cannot be written."""
    text = f"format = {FORMAT}\n{record_text('run', run_record(run))}"
    # Not `write_whole`: until the notebook has it this is all there is, so its name has to be on disk as well.
    durable.replace(folder / RESULT, text.encode("utf-8"), through_links=False)


def results(runs_folder: Path) -> tuple[Run, ...]:
    """Return the results that are kept, the one trained first in front; what cannot be read is left where it is."""
    found: list[Run] = []
    with suppress(OSError):
        for path in runs_folder.glob(f"*/{RESULT}"):
            with suppress(RunFolderError, UnicodeDecodeError, NotebookError):
                content = read_regular(path, MOST_BYTES) or b""
                notebook = read_text(content.decode("utf-8"), str(path))
                found += [run for run in notebook.runs if run.id == path.parent.name]
    return tuple(sorted(found, key=lambda run: (run.started, run.id)))


def has_result(folder: Path) -> bool:
    """Whether a run's result is kept in its folder."""
    result = folder / RESULT
    return result.is_file() and not (is_link(result) or is_link(folder))


def settle(folder: Path, run: Run) -> None:
    """Forget a kept result that the notebook has, and remember that it has it; what has ended is not gone on with."""
    if is_link(folder):
        return
    remember(folder, run)
    with suppress(OSError):
        (folder / RESULT).unlink(missing_ok=True)
        if run.status != "interrupted":
            RunFolder(folder).checkpoint.unlink(missing_ok=True)


def remember(folder: Path, run: Run) -> None:
    """Remember which epochs of a run the notebook has; a folder that cannot be written is tried again later."""
    with suppress(OSError, RunFolderError):
        if _recorded(folder) != run.curves.epochs:
            # Whole or not at all: were it read while it is empty, a run that a person removes would come back.
            write_whole(folder / RECORDED, lambda file: file.write(f"{run.curves.epochs}\n".encode("ascii")))


def unsettled(runs_folder: Path, known_ids: Container[str]) -> tuple[Pending, ...]:
    """Return the runs that are at work, and those that were interrupted with epochs that the notebook never had.

    Args:
        runs_folder: the `runs/` beside the notebook.
        known_ids: runs that need not be looked at.
    """
    return tuple(
        pending
        for pending in read_pending(runs_folder, known_ids)
        if pending.alive or pending.run.curves.epochs > _recorded(pending.folder)
    )


def _recorded(folder: Path) -> int:
    """Return how many epochs of a run the notebook has had; -1 where it never had the run."""
    try:
        return int(read_regular(folder / RECORDED, 64) or b"-1")
    except (RunFolderError, ValueError):
        return -1
