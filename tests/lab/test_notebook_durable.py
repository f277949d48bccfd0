"""An append that was cut short is distinguished from what a user wrote, and completed."""

import os
from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.lab.toml.writing import record_text, run_record

SECOND = record_text("run", run_record(a_run("r1", seed=1))).encode()
LINE_ENDS = [number for number in range(1, len(SECOND)) if SECOND[number - 1 : number] == b"\n"]


class Dead(BaseException):
    pass


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    notebook = NotebookFile(tmp_path / "experiments.toml")
    notebook.append_run(a_run("r0"))
    return notebook


def cut(notebook: NotebookFile, written: int, monkeypatch: pytest.MonkeyPatch, zeros: int = 0) -> None:
    """Kill the process when it has appended so many bytes of a second run, and as many zeros after them."""
    write_all = durable._write_all

    def die(file: int, data: bytes) -> None:
        if data != SECOND:
            write_all(file, data)
            return
        write_all(file, data[:written] + bytes(zeros))
        monkeypatch.setattr(os, "ftruncate", lambda *_: None)
        monkeypatch.setattr(durable, "_clear", lambda _: None)
        raise Dead

    monkeypatch.setattr(durable, "_write_all", die)
    with pytest.raises(Dead):
        NotebookFile(notebook.path).append_run(a_run("r1", seed=1))
    monkeypatch.undo()


@pytest.mark.parametrize("written", [5, *LINE_ENDS, len(SECOND) - 2, len(SECOND) - 1])
def test_readers_leave_out_what_was_cut_short_and_the_next_writer_completes_it(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    before = notebook.path.read_bytes()
    cut(notebook, written, monkeypatch)
    assert notebook.path.read_bytes() == before + SECOND[:written]

    assert notebook.read() == NotebookFile(notebook.path).read() == Notebook(runs=(a_run("r0"),))
    assert notebook.path.read_bytes() == before + SECOND[:written]
    notebook.append_run(a_run("r2", seed=2))

    assert notebook.path.read_bytes().startswith(before + SECOND)
    assert [run.id for run in notebook.read().runs] == ["r0", "r1", "r2"]
    assert notebook.read() == NotebookFile(notebook.path).read()


def test_an_end_of_zeros_as_a_power_failure_leaves_it_is_completed_too(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = notebook.path.read_bytes()
    cut(notebook, 100, monkeypatch, zeros=200)

    assert [run.id for run in NotebookFile(notebook.path).read().runs] == ["r0"]
    notebook.edit_run("r1", {"starred": True})

    assert notebook.path.read_bytes() == before + SECOND + b"starred = true\n"


def test_what_a_person_makes_of_what_was_cut_short_is_theirs(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(notebook, len(SECOND) // 2, monkeypatch)
    mended = notebook.path.read_bytes().partition(b'\n\n[[run]]\nid = "r1"')[0] + b"\n# mended by hand\n"
    notebook.path.write_bytes(mended)

    notebook.append_run(a_run("r2", seed=2))

    assert notebook.path.read_bytes().startswith(mended + b"\n[[run]]\n")
    assert [run.id for run in notebook.read().runs] == ["r0", "r2"]


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_lines_that_a_person_takes_from_the_last_record_stay_away(notebook: NotebookFile, lines: int) -> None:
    notebook.append_run(a_run("r1", seed=1, note="mine", starred=True))
    shorter = b"".join(notebook.path.read_bytes().splitlines(keepends=True)[:-lines])
    notebook.path.write_bytes(shorter)

    assert len(notebook.read().runs) == 2
    notebook.append_run(a_run("r2", seed=2))

    assert notebook.path.read_bytes().startswith(shorter + b"\n[[run]]\n")


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"x",
        b"5 5\n",
        b"0 3 00\nabc",
        b"-1 0 \n",
        b"\xff\xfe",
        pytest.param(b"1" * 5_000 + b" 1 x\n", id="a number of 5,000 digits"),
    ],
)
def test_a_note_that_is_not_whole_says_nothing(notebook: NotebookFile, note: bytes) -> None:
    before = notebook.path.read_bytes()
    (notebook.runs_folder / ".experiments.toml.adding").write_bytes(note)

    assert [run.id for run in NotebookFile(notebook.path).read().runs] == ["r0"]
    notebook.append_run(a_run("r1", seed=1))

    assert notebook.path.read_bytes() == before + SECOND
