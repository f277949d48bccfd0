"""A notebook's text on disk, which other programs read and write too: read without a lock, written under one."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.notebook.editing import Edit
from fmnist_tui.lab.notebook.locking import Busy, locked
from fmnist_tui.lab.notebook.state import (
    MARK,
    Signature,
    State,
    decoded,
    read_state,
    signature_of,
    signed,
    state_of,
)
from fmnist_tui.lab.notebook.upgrading import upgraded
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.runs.files import RunFolderError, is_link, open_regular
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.locating import CannotLocate
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_records, read_text

_TRIES = 20
"""How often a writing begins anew because somebody without the lock wrote at the same time."""


class Unsafe(NotebookError):
    """An edit after which the text would not say what was meant."""


class IdTaken(NotebookError):
    """A run whose id another run of the notebook has."""


class SharedFile:
    """A notebook file and what it held when it was last read.

    Args:
        path: the notebook; it need not be there.
        runs_folder: where its lock and the notes of its appends are.
    """

    def __init__(self, path: Path, runs_folder: Path) -> None:
        self.path = path
        self.runs_folder = runs_folder
        # One attribute, so that a thread that reads while another appends never pairs one's with the other's.
        self._state = State()
        self._broken: tuple[Signature | None, NotebookError] | None = None
        """The state of the file that could not be read, and why: it is not parsed again until it changes."""
        self._pipe = source.piped(path)
        """The descriptor of the pipe that is read in place of a file; None for a file."""

    @property
    def known(self) -> Notebook:
        """What the file held when it could be read last."""
        return self._state.notebook

    def held_run(self, run_id: str) -> bool:
        """Whether the file held a run of that id when it could be read last."""
        return ("run", run_id) in self._state.taken

    def may_have_run(self, run_id: str) -> bool:
        """Whether the file may hold a run of that id by now; told without looking through its runs."""
        return ("run", run_id) in self._now().taken

    def changed(self) -> bool:
        """Whether the file differs from what was last read, or last could not be read."""
        if self._pipe is not None:
            return False
        signature = signature_of(self.path)
        broken = self._broken is not None and self._broken[0] == signature
        return signature != self._state.signature and not broken

    def read(self) -> Notebook:
        """Return what the file holds; NotebookError where it cannot be read."""
        return self._now().notebook

    def append(self, text: str) -> None:
        """Add the text of records at the end; the lock is held.

        Raises:
            NotebookError: nothing was added.
        """
        for _ in range(_TRIES):
            state = self._writable()
            added = self._checked(state, text)
            data = state.data(text)
            try:
                written = durable.append(self.path, state.size, data, self._note)
            except durable.Overtaken:
                self._complete()
                continue
            except OSError as error:
                raise NotebookError(f"{self.path}: cannot be written: {error.strerror}; nothing was added") from None
            except RunFolderError as error:
                raise NotebookError(f"{error}; nothing was added") from None
            now = signature_of(self.path)
            if now == signed(written):
                self._state = state.grown(added, data, now)
            if now and now[0] == written.st_ino:
                return
            # An editor put another file in its place meanwhile; what was added went with the one before.
        raise NotebookError(f"{self.path}: another program keeps replacing it; nothing was added")

    def edit(self, change: Callable[[str, Notebook], Edit]) -> None:
        """Replace the text by another, of which was read first that it says what was meant; the lock is held.

        Args:
            change: from the text and what it holds to the edit; it is asked again if somebody writes meanwhile.

        Raises:
            Unsafe: the edit does not hold.
            NotebookError: the file is as it was.
        """
        self._writable()
        self._edit(change)

    @property
    def is_half_written(self) -> bool:
        """Whether an append was begun and not ended: its process was killed, or is at it."""
        return durable.begun_at(self._note) is not None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of writers, and have an append completed whose process was killed; NotebookError if neither."""
        source.check_writable_kind(self.path)
        self.make_runs_folder()
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self._lock))
            except Busy:
                raise NotebookError(f"{self.path}: another program is writing it; try again") from None
            except OSError as error:
                raise NotebookError(f"{self.runs_folder}: cannot be written: {error.strerror}") from None
            except RunFolderError as error:
                raise NotebookError(str(error)) from None
            self._complete()
            yield

    def make_runs_folder(self) -> None:
        """Make the folder beside the notebook, ignored by git; NotebookError where it cannot be made."""
        try:
            self.runs_folder.mkdir(exist_ok=True)
            ignore = self.runs_folder / ".gitignore"
            if not os.path.lexists(ignore):
                with suppress(FileExistsError):  # another program made it meanwhile
                    file = open_regular(ignore, os.O_WRONLY | os.O_CREAT | os.O_EXCL, links="folder")
                    with os.fdopen(file, "w", encoding="ascii") as text:
                        text.write("# Large or private: journals, models, predictions.\n*\n")
        except FileExistsError:
            what = "a link that leads nowhere" if is_link(self.runs_folder) else "a file"
            raise NotebookError(f"{self.runs_folder}: cannot be made: {what} has that name; move it away") from None
        except OSError as error:
            raise NotebookError(f"{self.runs_folder}: cannot be made: {error.strerror}") from None
        except RunFolderError as error:
            raise NotebookError(str(error)) from None

    def check_lock_and_note(self) -> None:
        """Open the lock of writers and the note of an append, where they are there; a writing will need them.

        Raises:
            OSError: one of them cannot be opened.
            RunFolderError: something else has its name.
        """
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
            raise NotebookError(f"{self.path}: cannot be written: {error.strerror}") from None
        except RunFolderError as error:
            raise NotebookError(str(error)) from None

    def _now(self) -> State:
        """Return the state of the file, read anew only if it has changed."""
        known = self._state
        if self._pipe is not None:
            return known if known.signature else self._read_pipe(self._pipe)
        while (signature := signature_of(self.path)) != known.signature:
            if self._broken and self._broken[0] == signature and not isinstance(self._broken[1], source.Inaccessible):
                raise NotebookError(str(self._broken[1]))
            try:
                state = read_state(self.path, self._note, known)
            except NotebookError as error:
                if signature == signature_of(self.path):
                    self._broken = (signature, error)
                    raise
                continue  # it was caught halfway through another program's writing
            self._state = state
            return state
        if signature is None:
            self._check_absent()
        return known

    def _read_pipe(self, pipe: int) -> State:
        content = source.read_pipe(pipe, self.path)
        notebook = read_text(decoded(content, self.path), str(self.path))
        self._state = state_of(content, notebook, signed(os.fstat(pipe)))
        return self._state

    def _check_absent(self) -> None:
        """Raise NotebookError where a file may be there, and the system does not let it be seen."""
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise source.unreadable(self.path, error) from None

    def _writable(self) -> State:
        """Return the state of the file, brought to the present format first if it is of an older one."""
        state = self._now()
        if state.notebook.format < migration.FORMAT:
            self._edit(upgraded)
            state = self._now()
        return state

    def _edit(self, change: Callable[[str, Notebook], Edit]) -> None:
        for _ in range(_TRIES):
            state, content = self._now(), self._content()
            if not state.holds(content):
                continue
            mark = MARK if content.startswith(MARK) else b""
            text = decoded(content, self.path)
            edit = self._asked(change, text, state.notebook)
            if edit.text == text:
                return
            notebook = self._read_back(edit)
            data = mark + edit.text.encode("utf-8")
            try:
                durable.replace(self.path, data, unless=partial(self._is_not, state.signature))
            except durable.Overtaken:
                continue
            except OSError as error:
                raise NotebookError(f"{self.path}: cannot be written: {error.strerror}; nothing was changed") from None
            self._state = state_of(data, notebook, signature_of(self.path))
            return
        raise NotebookError(f"{self.path}: another program keeps writing it; nothing was changed")

    def _asked(self, change: Callable[[str, Notebook], Edit], text: str, notebook: Notebook) -> Edit:
        try:
            return change(text, notebook)
        except NotebookError as error:
            raise NotebookError(f"{self.path}: {error}") from None
        except CannotLocate as error:
            raise Unsafe(f"{self.path}: cannot tell where its records stand ({error}); change it by hand") from None

    def _read_back(self, edit: Edit) -> Notebook:
        """Return what the text of an edit holds, if that is what was meant."""
        try:
            notebook = read_text(edit.text, str(self.path))
        except NotebookError as error:
            raise Unsafe(f"{error}; nothing was changed") from None
        if not edit.holds(notebook):
            raise Unsafe(f"{self.path}: a record is written in a way that cannot be changed safely; change it by hand")
        return notebook

    def _checked(self, state: State, text: str) -> Notebook:
        """Return what new records say, as the file will give them back, if they can be added."""
        try:
            added = read_records(text)
        except NotebookError as error:
            raise NotebookError(f"{self.path}: nothing was added: {error}") from None
        match state.taken_by(added):
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
