"""One notebook, many writers: objects, threads, processes, editors; nothing is lost, changes are noticed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

BEFORE = "# no new line at the end of this comment"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiments.toml"


def test_two_objects_on_one_file_lose_nothing(path: Path) -> None:
    first, second = NotebookFile(path), NotebookFile(path)
    for number in range(6):
        (first, second)[number % 2].append_run(a_run(f"r{number}", seed=number))
        second.append_experiments((a_plan(f"plan {number}"),))

    assert [run.id for run in first.read().runs] == [f"r{number}" for number in range(6)]
    assert [plan.name for plan in first.read().experiments] == [f"plan {number}" for number in range(6)]
    assert first.read() == second.read() == NotebookFile(path).read()


def test_what_another_program_added_is_noticed_and_read(path: Path) -> None:
    app, editor = NotebookFile(path), NotebookFile(path)
    app.append_run(a_run("r0"))
    assert not app.changed()

    editor.append_run(a_run("r1"))

    assert app.changed()
    assert len(app.read().runs) == 2
    assert not app.changed()


def test_an_unchanged_file_is_not_read_again(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run())

    assert notebook.read() is notebook.read()


def test_an_append_does_not_read_again_what_is_known(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0"))
    monkeypatch.setattr(source, "_whole_content", lambda *_: pytest.fail("the file was read"))

    notebook.append_run(a_run("r1"))

    assert len(notebook.read().runs) == 2


def test_a_file_that_an_editor_put_in_its_place_is_noticed_though_of_the_same_size(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0"))
    source = path.stat()

    other = path.with_suffix(".swap")
    other.write_bytes(path.read_bytes().replace(b'"r0"', b'"r1"'))
    os.utime(other, ns=(source.st_atime_ns, source.st_mtime_ns))
    other.replace(path)

    assert [run.id for run in notebook.read().runs] == ["r1"]


def test_a_file_that_was_deleted_is_an_empty_notebook_and_begins_anew(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0"))

    path.unlink()

    assert notebook.changed()
    assert notebook.read() == Notebook()
    notebook.append_run(a_run("r1"))
    assert [run.id for run in NotebookFile(path).read().runs] == ["r1"]


APPENDER = """
import sys
from pathlib import Path
from sample_records import a_run
from fmnist_tui.lab.notebook.file import NotebookFile
path, letter, appends = sys.argv[1:]
notebook = NotebookFile(Path(path))
print("ready", flush=True)
sys.stdin.readline()
for seed in range(int(appends)):
    notebook.append_run(a_run(f"{letter}{seed}", seed=seed))
"""

APPENDS = int(os.environ.get("FMNIST_TUI_APPENDS", "150"))
"""How many runs each of two processes appends: FMNIST_TUI_APPENDS=1000 by hand."""


def test_two_processes_lose_nothing_and_a_reader_never_sees_a_broken_file(path: Path) -> None:
    path.write_text(BEFORE, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), letter, str(APPENDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for letter in "ab"
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    reader, seen = NotebookFile(path), [0]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    while any(process.poll() is None for process in processes):
        runs = reader.read().runs
        assert all(run.confusion and run.environment and run.curves.epochs == 2 for run in runs[seen[-1] :])
        seen.append(len(runs))
        NotebookFile(path).read()
    for process in processes:
        process.communicate(timeout=120)

    assert [process.returncode for process in processes] == [0, 0]
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    ids = [run.id for run in NotebookFile(path).read().runs]
    for letter in "ab":
        assert [each for each in ids if each[0] == letter] == [f"{letter}{seed}" for seed in range(APPENDS)]
    assert len(ids) == 2 * APPENDS
    assert path.read_text(encoding="utf-8").startswith(BEFORE + "\n")


MIXED = """
import sys
from pathlib import Path
from sample_records import a_run
from fmnist_tui.lab.notebook.file import NotebookFile
path, letter, runs = sys.argv[1:]
notebook = NotebookFile(Path(path))
print("ready", flush=True)
sys.stdin.readline()
for seed in range(int(runs)):
    notebook.record(a_run(f"{letter}{seed}", seed=seed))
    notebook.edit_run(f"{letter}{seed}", {"note": f"{letter} {seed}"})
    if seed % 3 == 0:
        notebook.restore(notebook.delete([f"{letter}{seed}"]))
"""


def test_four_processes_that_add_edit_delete_and_restore_lose_nothing(path: Path) -> None:
    path.write_text(BEFORE, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIXED, str(path), letter, "8"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for letter in "abcd"
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    while any(process.poll() is None for process in processes):
        NotebookFile(path).read()  # raises where it is broken
    for process in processes:
        process.communicate(timeout=60)

    assert [process.returncode for process in processes] == [0] * 4
    runs = {run.id: run.note for run in NotebookFile(path).read().runs}
    assert runs == {f"{letter}{seed}": f"{letter} {seed}" for letter in "abcd" for seed in range(8)}
    assert path.read_text(encoding="utf-8").startswith(BEFORE + "\n")


def test_a_thread_that_reads_while_another_appends_never_keeps_an_old_state(path: Path) -> None:
    notebook = NotebookFile(path)

    def append() -> None:
        for seed in range(20):
            notebook.append_run(a_run(f"r{seed}", seed=seed))

    writer = threading.Thread(target=append)
    seen = [0]
    writer.start()
    while writer.is_alive():
        seen.append(len(notebook.read().runs))
    writer.join()

    assert seen == sorted(seen)
    assert len(notebook.read().runs) == 20


def test_a_file_caught_halfway_through_being_written_is_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    NotebookFile(path).append_run(a_run())
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    read_file = source.read_file

    def read_and_let_the_writer_end(path: Path) -> bytes:
        half = read_file(path)
        path.write_bytes(whole)
        return half

    monkeypatch.setattr(source, "read_file", read_and_let_the_writer_end)

    assert NotebookFile(path).read().runs == (a_run(),)


def test_a_writer_that_another_keeps_waiting_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "LOCK_SECONDS", 0.1)
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0"))
    (lock,) = notebook.runs_folder.glob("*.lock")

    with FileLock(lock), pytest.raises(NotebookError, match="another program is writing it; try again"):
        notebook.append_run(a_run("r1"))
    notebook.append_run(a_run("r1"))

    assert len(notebook.read().runs) == 2
