"""What others put into `runs/` of a shared folder: nothing is read or written through a link."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook import record_file
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import NotebookError

SECRET = "mine\n"

DEEDS: dict[str, Callable[[NotebookFile], object]] = {
    "read": NotebookFile.read,
    "append": lambda notebook: notebook.append_run(a_run("r1", seed=1)),
    "record": lambda notebook: notebook.record(a_run("r1", seed=1)),
    "delete": lambda notebook: notebook.delete(["r0"]),
    "recover": NotebookFile.recover,
    "trash": NotebookFile.trash,
}

PLACES = (
    ".gitignore",
    ".experiments.toml.lock",
    ".experiments.toml.adding",
    ".trash",
    ".trash/000001.json",
    "r1",
    "r1/run.toml",
    "r1/recorded",
    "r1/.recorded.draft",
    "r0/recorded",
)


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    """A notebook of one run without `runs/`, and beside its folder one with a secret."""
    (tmp_path / "lab").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "diary").write_text(SECRET, encoding="utf-8")
    writer = NotebookFile(tmp_path / "lab" / "experiments.toml")
    writer.append_run(a_run())
    for path in sorted(writer.runs_folder.iterdir()):
        path.unlink()
    return NotebookFile(writer.path)


def plant(kind: str, notebook: NotebookFile, place: str) -> Path:
    """Put something at a place in `runs/`, and return its path."""
    path = notebook.runs_folder / place
    path.parent.mkdir(exist_ok=True)
    home = notebook.path.parent.parent / "home"
    match kind:
        case "a link to a file":
            path.symlink_to(home / "diary")
        case "a link to a folder":
            path.symlink_to(home)
        case "a link to nothing":
            path.symlink_to(home / "new")
        case "a pipe":
            os.mkfifo(path)
    return path


FOLDERS = (".trash", "r1")

PLANTED = [
    (kind, place)
    for place in PLACES
    for kind in (f"a link to a {'folder' if place in FOLDERS else 'file'}", "a link to nothing", "a pipe")
]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(("kind", "place"), PLANTED)
def test_nothing_in_runs_is_opened_through_a_link_nor_waited_for(
    notebook: NotebookFile, kind: str, place: str, deed: str
) -> None:
    before = notebook.path.read_bytes()
    planted = plant(kind, notebook, place)
    home = notebook.path.parent.parent / "home"
    said = ""

    try:
        DEEDS[deed](notebook)
    except NotebookError as error:
        said = str(error)

    assert "\n" not in said
    assert [each.name for each in home.iterdir()] == ["diary"]
    assert (home / "diary").read_text(encoding="utf-8") == SECRET
    if said:  # it was in the way: nothing is lost, and all goes on once it is away
        assert planted.name in said
        assert notebook.path.read_bytes() == before
        if os.path.lexists(planted):
            planted.unlink()
        DEEDS[deed](NotebookFile(notebook.path))
    assert "r0" in {run.id for run in notebook.read().runs} or deed == "delete"
    if deed in ("append", "record"):
        assert {run.id for run in NotebookFile(notebook.path).read().runs} == {"r0", "r1"}


def test_runs_itself_may_be_a_link_to_a_larger_disk(notebook: NotebookFile, tmp_path: Path) -> None:
    (tmp_path / "large disk").mkdir()
    notebook.runs_folder.rmdir()
    notebook.runs_folder.symlink_to(tmp_path / "large disk")

    notebook.record(a_run("r1", seed=1))
    notebook.restore(notebook.delete(["r1"]))
    record_file.write(notebook.run_folder("r2"), a_run("r2", seed=2))

    assert [run.id for run in notebook.recover()] == ["r2"]
    assert [run.id for run in notebook.read().runs] == ["r0", "r1", "r2"]
    assert (tmp_path / "large disk" / "r2").is_dir()


def test_a_runs_folder_whose_link_leads_nowhere_is_named(notebook: NotebookFile, tmp_path: Path) -> None:
    notebook.runs_folder.rmdir()
    notebook.runs_folder.symlink_to(tmp_path / "unplugged")

    with pytest.raises(NotebookError, match="runs: cannot be made: a link that leads nowhere has that name"):
        notebook.append_run(a_run("r1", seed=1))
