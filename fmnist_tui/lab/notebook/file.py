"""The notebook on disk: read when it has changed, appended to under a lock."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist_tui.lab.notebook.reading import NotebookError, read_text
from fmnist_tui.lab.notebook.writing import HEADER, experiment_record, record_text, run_record
from fmnist_tui.lab.records import Experiment, Run

DEFAULT_NAME = "experiments.toml"
"""The notebook's name in the current folder."""

LOCK_SECONDS = 10.0
"""How long a writer waits for another before it says so."""

_ID_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def new_id() -> str:
    """Return ten random letters and digits that no two machines both invent: 49 bits."""
    return secrets.choice(_ID_LETTERS[:22]) + "".join(secrets.choice(_ID_LETTERS) for _ in range(9))


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a notebook holds, in the order it stands there."""

    experiments: tuple[Experiment, ...] = ()
    runs: tuple[Run, ...] = ()


class NotebookFile:
    """One notebook file, which other programs may change at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._signature: tuple[int, int, int] | None = None
        self._notebook = Notebook()

    @property
    def runs_folder(self) -> Path:
        """Where large or private things of the runs live, beside the notebook."""
        return self.path.parent / "runs"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of one run, made if need be, with `runs/` ignored by git."""
        self._make_runs_folder()
        folder = self.runs_folder / run_id
        folder.mkdir(exist_ok=True)
        return folder

    def changed(self) -> bool:
        """Whether the file differs from what was last read."""
        return self._signature != _signature(self.path)

    def read(self) -> Notebook:
        """Return what the file holds, read anew only if it has changed; a file that is not there is empty.

        Raises:
            NotebookError: a file that cannot be read.
        """
        signature = _signature(self.path)
        if signature != self._signature:
            self._notebook = self._load() if signature else Notebook()
            self._signature = signature
        return self._notebook

    def append_run(self, run: Run) -> None:
        """Add a run at the end and have it on disk before returning.

        Raises:
            NotebookError: a file that cannot be read (it is left as it is) or written.
        """
        with self._locked():
            notebook = self.read()
            self._append(record_text("run", run_record(run)))
            self._notebook = Notebook(notebook.experiments, (*notebook.runs, run))
            self._signature = _signature(self.path)

    def append_experiments(self, experiments: tuple[Experiment, ...]) -> None:
        """Add plans at the end; NotebookError as for `append_run`, or where a name is taken."""
        with self._locked():
            notebook = self.read()
            taken = {known.name for known in notebook.experiments}
            for experiment in experiments:
                if experiment.name in taken:
                    raise NotebookError(
                        f"{self.path}: there is an experiment {experiment.name!r} already; choose another name"
                    )
            self._append("".join(record_text("experiment", experiment_record(each)) for each in experiments))
            self._notebook = Notebook((*notebook.experiments, *experiments), notebook.runs)
            self._signature = _signature(self.path)

    def _load(self) -> Notebook:
        try:
            text = self.path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise NotebookError(f"{self.path}, line {line}: not UTF-8 text; mend it in an editor") from None
        except OSError as error:
            raise NotebookError(f"{self.path}: cannot be read: {error.strerror}") from None
        return Notebook(*read_text(text, str(self.path)))

    def _append(self, text: str) -> None:
        try:
            with self.path.open("ab+") as file:
                end = file.seek(0, os.SEEK_END)
                lead = "" if end else HEADER
                if end:
                    file.seek(end - 1)
                    lead = "" if file.read(1) == b"\n" else "\n"
                file.write((lead + text).encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise NotebookError(f"{self.path}: cannot be written: {error.strerror}; nothing was added") from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._make_runs_folder()
        lock = FileLock(self.runs_folder / f".{self.path.name}.lock", timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise NotebookError(f"{self.path}: another program is writing it; try again") from None
        except OSError as error:
            raise NotebookError(f"{self.runs_folder}: cannot be written: {error.strerror}") from None
        try:
            yield
        finally:
            lock.release()

    def _make_runs_folder(self) -> None:
        try:
            self.runs_folder.mkdir(exist_ok=True)
            ignore = self.runs_folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("# Large or private: journals, models, predictions.\n*\n")
        except OSError as error:
            raise NotebookError(f"{self.runs_folder}: cannot be made: {error.strerror}") from None


def _signature(path: Path) -> tuple[int, int, int] | None:
    """Return what tells one state of a file from another, or None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns
