"""Where no result could be kept nothing is trained; where the notebook alone cannot be written, that is said before."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from command_line import Call
from fake_trainer import FakeTrainer
from sample_records import a_plan

from fmnist_tui.lab.notebook import writable
from fmnist_tui.lab.notebook.file import NotebookFile

COMMANDS = (("train", "64"), ("run",), ("train", "64", "--jobs", "2", "--repeats", "2"))


@pytest.fixture
def planned(notebook: NotebookFile) -> NotebookFile:
    """A notebook with a plan."""
    notebook.append_experiments((a_plan(dataset="synthetic"),))
    return notebook


def names(notebook: NotebookFile) -> set[str]:
    """Return what is in `runs/`."""
    return {path.name for path in notebook.runs_folder.iterdir()}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("call_that_fails", "error", "says"),
    [
        ("write", errno.ENOSPC, "No space left on device"),
        ("fsync", errno.EDQUOT, "Disk quota exceeded"),
        ("open", errno.EROFS, "Read-only file system"),
    ],
)
def test_a_folder_that_cannot_be_written_is_found_before_a_training(
    call: Call,
    planned: NotebookFile,
    trainer: FakeTrainer,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    call_that_fails: str,
    error: int,
    says: str,
) -> None:
    before, there = planned.path.read_bytes(), names(planned)

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as broken:
        if call_that_fails == "open":
            broken.setattr(tempfile, "mkstemp", fail)
        else:
            broken.setattr(os, call_that_fails, fail)
        outcome = call(*command)

    outcome.assert_mendable(f"nothing is trained, as no result could be kept: runs: cannot be written: {says}")
    assert trainer.jobs == []
    assert planned.path.read_bytes() == before
    assert names(planned) == there


def test_a_file_in_place_of_the_folder_is_found_before_a_training(
    call: Call, folder: Path, trainer: FakeTrainer
) -> None:
    (folder / "runs").touch()

    call("train", "64").assert_mendable("no result could be kept: runs: cannot be made: a file has that name")
    assert trainer.jobs == []


def test_a_folder_of_the_system_that_takes_no_file_is_found_too(call: Call, trainer: FakeTrainer) -> None:
    call("train", "64", "--file", "/proc/self/mine.toml").assert_mendable("nothing is trained, as no result could be")

    assert trainer.jobs == []


def test_a_notebook_that_alone_cannot_be_written_is_told_before_and_the_result_kept(
    call: Call, planned: NotebookFile, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(writable, "_open_to_append", fail)

    outcome = call("run")

    assert outcome.status == 0
    assert outcome.err.startswith(
        "fmnist-tui: experiments.toml: cannot be written: Operation not permitted; "
        "correct its permissions, or name another place; results are kept in runs and added once that is mended\n"
    )
    assert len(trainer.jobs) == 3


@pytest.mark.parametrize("name", [".experiments.toml.lock", ".experiments.toml.adding"])
def test_what_stands_in_the_way_of_a_writing_is_said_before_a_training(
    planned: NotebookFile, tmp_path: Path, name: str
) -> None:
    planted = planned.runs_folder / name
    planted.unlink(missing_ok=True)
    (tmp_path / "diary").write_text("mine", encoding="utf-8")
    planted.symlink_to(tmp_path / "diary")

    assert planned.check_writable() == (
        f"{planted}: not an ordinary file; remove it; "
        f"results are kept in {planned.runs_folder} and added once that is mended"
    )
    assert (tmp_path / "diary").read_text(encoding="utf-8") == "mine"


def test_looking_leaves_nothing_behind(planned: NotebookFile) -> None:
    before, there = planned.path.read_bytes(), names(planned)

    assert planned.check_writable() is None

    assert planned.path.read_bytes() == before
    assert names(planned) == there


def test_a_notebook_that_is_not_there_yet_is_made_by_no_look(notebook: NotebookFile) -> None:
    assert notebook.check_writable() is None

    assert not notebook.path.exists()


def test_a_pipe_in_place_of_the_notebook_is_not_waited_for(notebook: NotebookFile) -> None:
    os.mkfifo(notebook.path)

    assert str(notebook.check_writable()).startswith(f"{notebook.path}: cannot be written: ")
