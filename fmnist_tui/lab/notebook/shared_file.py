"""A notebook's text on disk: read without a lock, written under one."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.notebook.durable import Busy, locked
from fmnist_tui.lab.notebook.source import (
    MARK,
    FileSnapshot,
    Signature,
    decoded,
    read_state,
    signature_of,
    signed,
    state_of,
)
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.runs.files import RunFolderError, is_link, open_regular
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records, read_text

if TYPE_CHECKING:
    from fmnist_tui.lab.notebook.editing import Edit

_TRIES = 20
"""Maximum write attempts when programs without the lock write at the same time."""


class Unsafe(NotebookError):
    """An edit whose result would not be the intended notebook."""


class IdTaken(NotebookError):
    pass


class SharedFile:
    def __init__(self, path: Path, runs_folder: Path) -> None:
        self.path = path
        self.runs_folder = runs_folder
        # One attribute, so that a thread that reads during an append never mixes two states.
        self._state = FileSnapshot()
        self._broken: tuple[Signature | None, NotebookError] | None = None
        """Signature and error of an unreadable file; it is not parsed again until it changes."""
        self._pipe = source.piped(path)

    @property
    def known(self) -> Notebook:
        return self._state.notebook

    def had_run(self, run_id: str) -> bool:
        return ("run", run_id) in self._state.taken

    def may_have_run(self, run_id: str) -> bool:
        return ("run", run_id) in self._now().taken

    def changed(self) -> bool:
        if self._pipe is not None:
            return False
        signature = signature_of(self.path)
        broken = self._broken is not None and self._broken[0] == signature
        return signature != self._state.signature and not broken

    def read(self) -> Notebook:
        return self._now().notebook

    def append(self, text: str) -> None:
        """Append records; the lock must be held."""
        for _ in range(_TRIES):
            state = self._writable()
            added = self._checked(state, text)
            data = state.data(text)
            try:
                written = durable.append(self.path, state.size, data, self._note)
            except durable.FileChanged:
                self._complete()
                continue
            except OSError as error:
                raise NotebookError(
                    f"{self.path}: cannot be written: {error.strerror}; nothing was added{advice(error)}"
                ) from None
            except RunFolderError as error:
                raise NotebookError(f"{error}; nothing was added") from None
            now = signature_of(self.path)
            if now == signed(written):
                self._state = state.grown(added, data, now)
            if now and now[0] == written.st_ino:
                return
            # An editor replaced the file meanwhile; the appended text went with the old one.
        raise NotebookError(f"{self.path}: another program keeps replacing it; nothing was added")

    def edit(self, change: "Callable[[str, Notebook], Edit]") -> None:
        """Replace the text if the new one reads as intended, else raise Unsafe; the lock must be held.

        `change` is called again if others write meanwhile.
        """
        self._writable()
        self._edit(change)

    @property
    def is_half_written(self) -> bool:
        """Whether an append is incomplete: running, or interrupted by a crash."""
        return durable.append_offset(self._note) is not None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writers' lock and complete an interrupted append; NotebookError if either fails."""
        source.check_writable_kind(self.path)
        self.make_runs_folder()
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self._lock))
            except Busy:
                raise NotebookError(f"{self.path}: another program is writing it; try again") from None
            except OSError as error:
                raise NotebookError(f"{self.runs_folder}: cannot be written: {error.strerror}{advice(error)}") from None
            except RunFolderError as error:
                raise NotebookError(str(error)) from None
            self._complete()
            yield

    def make_runs_folder(self) -> None:
        try:
            self.runs_folder.mkdir(exist_ok=True)
            ignore = self.runs_folder / ".gitignore"
            if not os.path.lexists(ignore):
                with suppress(FileExistsError):  # created by another program meanwhile
                    file = open_regular(ignore, os.O_WRONLY | os.O_CREAT | os.O_EXCL, links="folder")
                    with os.fdopen(file, "w", encoding="ascii") as text:
                        text.write("# Large or private: journals, models, predictions.\n*\n")
        except FileExistsError:
            what = "a link that leads nowhere" if is_link(self.runs_folder) else "a file"
            raise NotebookError(f"{self.runs_folder}: cannot be made: {what} has that name; move it away") from None
        except OSError as error:
            raise NotebookError(f"{self.runs_folder}: cannot be made: {error.strerror}{advice(error)}") from None
        except RunFolderError as error:
            raise NotebookError(str(error)) from None

    def check_lock_and_note(self) -> None:
        """Raise OSError or RunFolderError if an existing lock or note could not be opened for writing."""
        for path in (self._lock, self._note):
            with suppress(FileNotFoundError):
                os.close(open_regular(path, os.O_RDWR, links="folder"))

    @property
    def _lock(self) -> Path:
        return self.runs_folder / f".{self.path.name}.lock"

    @property
    def _note(self) -> Path:
        return self.runs_folder / f".{self.path.name}.adding"

    def _complete(self) -> None:
        try:
            durable.complete(self.path, self._note)
        except OSError as error:
            raise NotebookError(f"{self.path}: cannot be written: {error.strerror}{advice(error)}") from None
        except RunFolderError as error:
            raise NotebookError(str(error)) from None

    def _now(self) -> FileSnapshot:
        known = self._state
        if self._pipe is not None:
            return known if known.signature else self._read_pipe(self._pipe)
        while (signature := signature_of(self.path)) != known.signature:
            if self._broken and self._broken[0] == signature and not isinstance(self._broken[1], source.AccessDenied):
                raise NotebookError(str(self._broken[1]))
            try:
                state = read_state(self.path, self._note, known)
            except NotebookError as error:
                if signature == signature_of(self.path):
                    self._broken = (signature, error)
                    raise
                continue  # read during another program's write
            self._state = state
            return state
        if signature is None:
            self._check_absent()
        return known

    def _read_pipe(self, pipe: int) -> FileSnapshot:
        content = source.read_pipe(pipe, self.path)
        notebook = read_text(decoded(content, self.path), str(self.path))
        self._state = state_of(content, notebook, signed(os.fstat(pipe)))
        return self._state

    def _check_absent(self) -> None:
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise source.unreadable(self.path, error) from None

    def _writable(self) -> FileSnapshot:
        state = self._now()
        if state.notebook.format < migration.FORMAT:
            from fmnist_tui.lab.notebook.editing import upgraded

            self._edit(upgraded)
            state = self._now()
        return state

    def _edit(self, change: "Callable[[str, Notebook], Edit]") -> None:
        for _ in range(_TRIES):
            state, content = self._now(), self._content()
            if not state.holds(content):
                continue
            mark = MARK if content.startswith(MARK) else b""
            text = decoded(content, self.path)
            edit = self._asked(change, text, state.notebook)
            if edit.text == text:
                return
            notebook = self._read_back(edit, text, state.notebook)
            data = mark + edit.text.encode("utf-8")
            try:
                durable.replace(self.path, data, unless=partial(self._is_not, state.signature))
            except durable.FileChanged:
                continue
            except OSError as error:
                raise NotebookError(
                    f"{self.path}: cannot be written: {error.strerror}; nothing was changed{advice(error)}"
                ) from None
            self._state = state_of(data, notebook, signature_of(self.path))
            return
        raise NotebookError(f"{self.path}: another program keeps writing it; nothing was changed")

    def _asked(self, change: "Callable[[str, Notebook], Edit]", text: str, notebook: Notebook) -> "Edit":
        from fmnist_tui.lab.toml.locating import CannotLocate

        try:
            return change(text, notebook)
        except NotebookError as error:
            raise NotebookError(f"{self.path}: {error}") from None
        except CannotLocate as error:
            raise Unsafe(f"{self.path}: cannot tell where its records stand ({error}); change it by hand") from None

    def _read_back(self, edit: "Edit", text: str, known: Notebook) -> Notebook:
        from fmnist_tui.lab.notebook.read_back import read_back

        try:
            notebook = read_back(edit, text, known, str(self.path))
        except NotebookError as error:
            raise Unsafe(f"{error}; nothing was changed") from None
        if not edit.holds(notebook):
            raise Unsafe(f"{self.path}: a record is written in a way that cannot be changed safely; change it by hand")
        return notebook

    def _checked(self, state: FileSnapshot, text: str) -> Notebook:
        try:
            added = read_records(text)
        except NotebookError as error:
            raise NotebookError(f"{self.path}: nothing was added: {error}") from None
        match state.first_duplicate(added):
            case "experiment", name:
                raise NotebookError(f"{self.path}: there is an experiment {shown(name)} already; choose another name")
            case "run", run_id:
                raise NotebookError(f"{self.path}: the run {run_id} is there already; nothing was added")
        return added

    def _content(self) -> bytes:
        try:
            return source.read_file(self.path)
        except FileNotFoundError:
            return b""

    def _is_not(self, signature: Signature | None) -> bool:
        return signature_of(self.path) != signature
