import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.toml.reading import NotebookError

PROBE_BYTES = 64 * 1024

NO_RESULT = "nothing is trained, as no result could be kept"


def check_writable(
    notebook: Path, runs_folder: Path, make_runs_folder: Callable[[], None], check_lock_and_note: Callable[[], None]
) -> str | None:
    """Write to see why results must wait in `runs/`, and return the reason, or None.

    `make_runs_folder` raises NotebookError, `check_lock_and_note` RunFolderError or OSError. NotebookError if results
    could not be stored at all.
    """
    try:
        make_runs_folder()
        _write_in(runs_folder)
    except NotebookError as error:
        raise NotebookError(f"{NO_RESULT}: {error}") from None
    except OSError as error:
        raise NotebookError(f"{NO_RESULT}: {runs_folder}: cannot be written: {error.strerror}{advice(error)}") from None
    try:
        _open_to_append(notebook)
        check_lock_and_note()
    except RunFolderError as error:
        reason = str(error)
    except OSError as error:
        reason = f"{notebook}: cannot be written: {error.strerror}{advice(error)}"
    else:
        return None
    return f"{reason}; results are kept in {runs_folder} and added once that is mended"


def _write_in(folder: Path) -> None:
    descriptor, path = tempfile.mkstemp(prefix=".writing-", dir=folder)
    try:
        try:
            left = PROBE_BYTES
            while left:  # a nearly full disk writes only a part
                left -= os.write(descriptor, bytes(left))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    finally:
        with suppress(OSError):
            Path(path).unlink()


def _open_to_append(notebook: Path) -> None:
    try:
        # Writes nothing, and does not wait for a pipe.
        os.close(os.open(notebook, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC))
    except FileNotFoundError:
        _write_in(notebook.parent)
