"""Whichever system call fails, or is the last before the process dies, the notebook is the old or the new one."""

import errno
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from faulty_disk import FaultyDisk, Killed
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.trash import Deleted
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

RECIPE = a_plan().recipe("fashion-mnist")

FAULTS: dict[str, tuple[BaseException, bool]] = {
    "the disk fails once": (OSError(errno.EIO, os.strerror(errno.EIO)), False),
    "the disk is full from then on": (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), True),
    "the process is killed": (Killed(), True),
}
"""What is raised, and whether every later call raises it too."""

DEEDS: dict[str, Callable[[NotebookFile, tuple[Deleted, ...]], object]] = {
    "a run is recorded": lambda notebook, _: notebook.record(a_run("new", seed=9)),
    "an interrupted run is recorded": lambda notebook, _: notebook.record(a_run("cut", seed=2)),
    "a plan is added": lambda notebook, _: notebook.append_experiments((a_plan("new"),)),
    "a run is edited": lambda notebook, _: notebook.edit_run("r1", {"note": "x" * 100, "starred": True}),
    "an experiment is renamed": lambda notebook, _: notebook.edit_experiment("64 units", RECIPE, {"name": "wide"}),
    "a run is deleted": lambda notebook, _: notebook.delete(["r0"]),
    "a run is restored": lambda notebook, deleted: notebook.restore(deleted[-1]),
    "a kept result is recovered": lambda notebook, _: notebook.recover(),
}


@pytest.fixture
def notebooks(deed: str, tmp_path: Path) -> Iterator[NotebookFile]:
    """Notebooks prepared for a deed, equal to each other, one after another, each in a folder of its own."""
    prepare(tmp_path / "first", deed)
    return (copied(tmp_path / "first", tmp_path / str(number)) for number in range(1_000))


def copied(folder: Path, copy: Path) -> NotebookFile:
    shutil.copytree(folder, copy)
    return NotebookFile(copy / "experiments.toml")


def prepare(folder: Path, deed: str) -> None:
    """Make a notebook of a plan, two runs and an interrupted one."""
    folder.mkdir()
    notebook = NotebookFile(folder / "experiments.toml")
    notebook.append_experiments((a_plan(),))
    for number in range(2):
        notebook.append_run(a_run(f"r{number}", seed=number))
    notebook.append_run(a_run("cut", seed=2, status="interrupted", test=None))
    if deed == "a run is restored":
        notebook.delete(["r1"])
    if deed == "a kept result is recovered":
        before = notebook.path.read_bytes()
        notebook.path.write_bytes(b"broken = [\n")
        with suppress(NotebookError):
            notebook.record(a_run("new", seed=9))
        notebook.path.write_bytes(before)
    for run_id in ("new", "cut"):  # a training has made its folder long before its run is recorded
        notebook.run_folder(run_id)


@pytest.mark.parametrize(("fault", "lasting"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("deed", DEEDS)
def test_any_call_may_fail(
    notebooks: Iterator[NotebookFile], monkeypatch: pytest.MonkeyPatch, deed: str, fault: BaseException, lasting: bool
) -> None:
    usual = next(notebooks)
    old = usual.read()
    DEEDS[deed](usual, usual.trash())
    new = usual.read()
    assert new != old

    at = 0
    while True:
        notebook = next(notebooks)
        deleted = notebook.trash()
        with FaultyDisk(monkeypatch, at, fault, lasting=lasting) as disk, suppress(NotebookError, Killed):
            DEEDS[deed](notebook, deleted)
        if not disk.failed:
            break
        assert_old_or_new(notebook, old, new)
        if "record" in deed:
            assert is_recorded_or_kept(notebook, new) or (lasting and "replace" not in disk.calls[:at])
        assert_all_goes_on(notebook, new)
        at += 1
    assert at > 10


@pytest.mark.parametrize("deed", DEEDS)
def test_no_file_may_grow_beyond_any_size(notebooks: Iterator[NotebookFile], deed: str) -> None:
    """A real limit of the system: a write is cut short there, and the next one fails, until it is lifted."""
    usual = next(notebooks)
    old = usual.read()
    longest = 2 * usual.path.stat().st_size
    DEEDS[deed](usual, usual.trash())
    new = usual.read()
    usual_limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    for limit in range(0, longest, longest // 24):
        notebook = next(notebooks)
        deleted = notebook.trash()
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, usual_limits[1]))
        try:
            with suppress(NotebookError):
                DEEDS[deed](notebook, deleted)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual_limits)
        assert_old_or_new(notebook, old, new)
        assert_all_goes_on(notebook, new)


def assert_old_or_new(notebook: NotebookFile, old: Notebook, new: Notebook) -> None:
    """Assert that another program, and this one, read a whole notebook."""
    seen = NotebookFile(notebook.path).read()
    assert seen in (old, new)
    assert notebook.read() == seen


def waits_in_its_folder(notebook: NotebookFile) -> bool:
    return any(not path.with_name("recorded").exists() for path in notebook.runs_folder.glob("*/run.toml"))


def is_recorded_or_kept(notebook: NotebookFile, new: Notebook) -> bool:
    return notebook.read() == new or waits_in_its_folder(notebook)


def assert_all_goes_on(notebook: NotebookFile, new: Notebook) -> None:
    """Assert that once the disk works again, waiting results are recorded, and the notebook can be written."""
    session = NotebookFile(notebook.path)
    waits = waits_in_its_folder(notebook)
    session.recover()
    if waits:
        assert session.read() == new
        assert not waits_in_its_folder(notebook)
    before = session.read().runs
    session.append_run(a_run("last"))
    assert NotebookFile(notebook.path).read().runs == (*before, a_run("last"))
