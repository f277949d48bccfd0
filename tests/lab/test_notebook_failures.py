"""Errors around a notebook take one line, and cost no result."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import NotebookError

HOLDER = """
import sys
import filelock
lock = getattr(filelock, sys.argv[1])(sys.argv[2])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    notebook = NotebookFile(tmp_path / "experiments.toml")
    notebook.append_run(a_run("r0"))
    return notebook


def ids(notebook: NotebookFile) -> list[str]:
    return [run.id for run in NotebookFile(notebook.path).read().runs]


@contextmanager
def held(lock: Path, kind: str) -> Iterator[None]:
    """Have another process hold a lock until it is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, kind, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield
    holder.send_signal(signal.SIGKILL)
    holder.communicate()


def refuse_locks(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENOLCK) -> None:
    """Answer as a network folder without locks does."""

    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)


def test_a_lock_whose_holder_was_killed_holds_nobody_up(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "LOCK_SECONDS", 0.1)

    with (
        held(notebook.runs_folder / ".experiments.toml.lock", "FileLock"),
        pytest.raises(NotebookError, match="another program is writing it; try again"),
    ):
        notebook.append_run(a_run("r1"))
    notebook.append_run(a_run("r1"))

    assert ids(notebook) == ["r0", "r1"]


def test_nor_does_one_in_a_folder_that_knows_no_locks(notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_locks(monkeypatch)
    monkeypatch.setattr(durable, "LOCK_SECONDS", 0.2)

    with (
        held(notebook.runs_folder / ".experiments.toml.lock.held", "SoftFileLock"),
        pytest.raises(NotebookError, match="another program is writing it; try again"),
    ):
        notebook.append_run(a_run("r1"))
    notebook.append_run(a_run("r1"))

    assert ids(notebook) == ["r0", "r1"]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS], ids=errno.errorcode.get)
def test_in_a_folder_that_knows_no_locks_writers_still_take_turns(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refuse_locks(monkeypatch, number)
    before = set(notebook.runs_folder.iterdir())

    def append(letter: str) -> None:
        for seed in range(5):
            NotebookFile(notebook.path).append_run(a_run(f"{letter}{seed}", seed=seed))

    writers = [threading.Thread(target=append, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(ids(notebook)) == sorted(["r0", *(f"{letter}{seed}" for letter in "ab" for seed in range(5))])
    assert set(notebook.runs_folder.iterdir()) == before


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, refused: Path, number: int) -> None:
    """Refuse to open for writing a file, or any in a folder."""
    real = os.open

    def refuse(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and Path(path).is_relative_to(refused):
            raise OSError(number, os.strerror(number))
        return real(path, flags, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)


@pytest.mark.parametrize(
    ("number", "says", "how"),
    [
        (errno.EACCES, "Permission denied", "correct its permissions, or name another place"),
        (errno.EROFS, "Read-only file system", "name another place"),
        (errno.ENOSPC, "No space left on device", "make room"),
        (errno.EDQUOT, "Disk quota exceeded", "make room"),
    ],
)
def test_a_notebook_that_cannot_be_written_keeps_the_result_beside_it(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch, number: int, says: str, how: str
) -> None:
    refuse_to_open(monkeypatch, notebook.path, number)
    kept = notebook.runs_folder / "r1" / "run.toml"

    with pytest.raises(NotebookError) as error:
        notebook.record(a_run("r1"))

    assert str(error.value) == (
        f"{notebook.path}: cannot be written: {says}; nothing was added; {how}; "
        f"the result is kept in {kept} and added once that is mended"
    )
    monkeypatch.undo()
    assert [run.id for run in notebook.recover()] == ["r1"]
    assert ids(notebook) == ["r0", "r1"]


def test_a_folder_that_cannot_be_written_at_all_is_said_in_one_line(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_open(monkeypatch, notebook.path.parent, errno.EROFS)

    for attempt in (
        lambda: notebook.record(a_run("r1")),
        lambda: notebook.append_run(a_run("r1")),
        lambda: notebook.edit_run("r0", {"note": "x"}),
        lambda: notebook.delete(["r0"]),
    ):
        with pytest.raises(NotebookError, match="Read-only file system") as error:
            attempt()
        assert len(str(error.value).splitlines()) == 1
    assert notebook.read().runs == (a_run("r0"),)


def test_a_file_in_the_place_of_the_runs_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("mine", encoding="utf-8")
    notebook = NotebookFile(tmp_path / "experiments.toml")

    with pytest.raises(NotebookError) as error:
        notebook.append_run(a_run())

    assert str(error.value) == f"{tmp_path / 'runs'}: cannot be made: a file has that name; move it away"
    assert notebook.pending() == ()
    assert notebook.recover() == ()
    assert notebook.trash() == ()


def test_a_file_that_was_deleted_meanwhile_begins_anew(notebook: NotebookFile) -> None:
    notebook.path.unlink()

    with pytest.raises(NotebookError, match="there is no run 'r0' any more"):
        notebook.edit_run("r0", {"note": "x"})
    notebook.record(a_run("r1"))

    assert ids(notebook) == ["r1"]


def test_a_run_is_not_lost_to_an_editor_that_replaces_the_file_while_it_is_added(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync
    replaced: list[bool] = []

    def replace_meanwhile(file: int) -> None:
        sync(file)
        if not replaced and os.fstat(file).st_ino == notebook.path.stat().st_ino:
            replaced.append(True)
            swap = notebook.path.with_suffix(".swp")
            swap.write_text("# from an editor\n", encoding="utf-8")
            swap.replace(notebook.path)

    monkeypatch.setattr(os, "fsync", replace_meanwhile)
    notebook.append_run(a_run("r1"))

    assert replaced
    assert notebook.path.read_text(encoding="utf-8").startswith("# from an editor\n\n[[run]]\n")
    assert ids(notebook) == ["r1"]
    assert notebook.read() == NotebookFile(notebook.path).read()


def test_a_file_that_grew_between_reading_and_writing_is_read_again(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = durable.append
    grown: list[bool] = []

    def grow_first(path: Path, size: int, data: bytes, note: Path) -> os.stat_result:
        if not grown:
            grown.append(True)
            path.write_bytes(path.read_bytes() + b"# from an editor")
        return append(path, size, data, note)

    monkeypatch.setattr(durable, "append", grow_first)
    notebook.append_run(a_run("r1"))

    assert b"# from an editor\n\n[[run]]\n" in notebook.path.read_bytes()
    assert ids(notebook) == ["r0", "r1"]


@pytest.mark.parametrize("seconds", [-86_400, 0, 86_400])
def test_a_change_is_noticed_wherever_the_clock_has_gone(notebook: NotebookFile, seconds: int) -> None:
    state = notebook.path.stat()
    notebook.path.write_bytes(notebook.path.read_bytes().replace(b'"r0"', b'"r1"'))
    os.utime(notebook.path, ns=(state.st_atime_ns, state.st_mtime_ns + seconds * 10**9))

    assert notebook.changed()
    assert [run.id for run in notebook.read().runs] == ["r1"]


def test_what_could_not_be_read_for_a_moment_is_read_the_next_time(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = NotebookFile(notebook.path)

    def fail(*_: Any, **__: Any) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(source, "open_regular", fail)
    with pytest.raises(NotebookError, match="cannot be read: Input/output error"):
        fresh.read()
    monkeypatch.undo()

    assert fresh.read() == notebook.read()
