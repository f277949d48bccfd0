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
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.records import Experiment, Run

DEFAULT_NAME = "experiments.toml"
"""The notebook's name in the current folder."""

LOCK_SECONDS = 10.0
"""How long a writer waits for another before it says so."""

Signature = tuple[int, int, int]
"""A file's inode, size in bytes and time of change in nanoseconds."""

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
        # One attribute, so that a thread that reads while another appends never pairs one's with the other's.
        self._seen: tuple[Signature | None, Notebook] = (None, Notebook())
        self._broken: tuple[Signature | None, str] | None = None
        """The state of the file that could not be read, and why: it is not read again until it changes."""

    @property
    def runs_folder(self) -> Path:
        """Where large or private things of the runs live, beside the notebook."""
        return self.path.parent / "runs"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of one run, made if need be, with `runs/` ignored by git."""
        self._make_runs_folder()
        folder = self.runs_folder / run_id
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise NotebookError(f"{folder}: cannot be made: {error.strerror}") from None
        return folder

    def changed(self) -> bool:
        """Whether the file differs from what was last read, or last could not be read."""
        signature = _signature(self.path)
        broken = self._broken is not None and self._broken[0] == signature
        return signature != self._seen[0] and not broken

    def read(self) -> Notebook:
        """Return what the file holds, read anew only if it has changed; a file that is not there is empty.

        Raises:
            NotebookError: a file that cannot be read.
        """
        known, notebook = self._seen
        while (signature := _signature(self.path)) != known:
            if self._broken and self._broken[0] == signature:
                raise NotebookError(self._broken[1])
            try:
                notebook = self._load() if signature else Notebook()
            except NotebookError as error:
                if signature == _signature(self.path):
                    self._broken = (signature, str(error))
                    raise
                continue  # it was caught halfway through another program's writing
            self._seen = (signature, notebook)
            break
        return notebook

    def append_run(self, run: Run) -> None:
        """Add a run at the end and have it on disk before returning.

        Raises:
            NotebookError: a file that cannot be read (it is left as it is) or written, an id that is
                taken, or a run that could not be read again.
        """
        self._append(record_text("run", run_record(run)))

    def append_experiments(self, experiments: tuple[Experiment, ...]) -> None:
        """Add plans at the end; NotebookError as for `append_run`, or where a name is taken."""
        self._append("".join(record_text("experiment", experiment_record(each)) for each in experiments))

    def _append(self, text: str) -> None:
        with self._locked():
            notebook = self._joined(self.read(), text)
            self._write(text)
            self._seen = (_signature(self.path), notebook)

    def _joined(self, known: Notebook, text: str) -> Notebook:
        """Return a notebook with new records in it, as the file will give them back."""
        try:
            experiments, runs = read_text(text, "new record")
        except NotebookError as error:
            raise NotebookError(f"{self.path}: nothing was added: {error}") from None
        names = {each.name for each in known.experiments}
        for experiment in experiments:
            if experiment.name in names:
                raise NotebookError(
                    f"{self.path}: there is an experiment {shown(experiment.name)} already; choose another name"
                )
        ids = {each.id for each in known.runs}
        for run in runs:
            if run.id in ids:
                raise NotebookError(f"{self.path}: the run {run.id} is there already; nothing was added")
        return Notebook((*known.experiments, *experiments), (*known.runs, *runs))

    def _load(self) -> Notebook:
        try:
            text = self.path.read_bytes().decode("utf-8-sig")  # some editors begin a file with a mark
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise NotebookError(f"{self.path}, line {line}: not UTF-8 text; mend it in an editor") from None
        except OSError as error:
            raise NotebookError(f"{self.path}: cannot be read: {error.strerror}") from None
        return Notebook(*read_text(text, str(self.path)))

    def _write(self, text: str) -> None:
        try:
            with self.path.open("ab+", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                lead = "" if end else HEADER
                if end:
                    file.seek(end - 1)
                    lead = "" if file.read(1) == b"\n" else "\n"
                rest = memoryview((lead + text).encode("utf-8"))
                try:
                    while rest:
                        rest = rest[file.write(rest) :]
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(end)  # half a record would make the whole file unreadable
                    raise
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


def _signature(path: Path) -> Signature | None:
    """Return what tells one state of a file from another, or None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns
