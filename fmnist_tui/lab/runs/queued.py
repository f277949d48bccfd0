"""What is queued behind a run, for other programs to read."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError, cannot, read_regular, spoken, write_atomic
from fmnist_tui.lab.toml.reading import NotebookError, read_records
from fmnist_tui.lab.toml.writing import record_text, run_record

NAME = "queued.toml"
_MOST_BYTES = 64 * 1024**2


def write_queued(folder: Path, runs: Iterable[Run]) -> None:
    """The runs' ids must differ."""
    text = "".join(record_text("run", run_record(run)) for run in runs)
    path = folder / NAME
    if text:
        write_atomic(path, lambda file: file.write(text.encode("utf-8")))
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("be removed", path, error) from None


def read_queued(folder: Path) -> tuple[Run, ...]:
    path = folder / NAME
    try:
        found = path.lstat()
    except OSError:
        return ()
    return _read(path, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, *version: int) -> tuple[Run, ...]:
    try:
        content = read_regular(path, _MOST_BYTES) or b""
        return read_records(content.decode("utf-8"), spoken(path)).runs
    except (RunFolderError, NotebookError, UnicodeDecodeError, RecursionError):
        return ()
