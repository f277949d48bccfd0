"""A notebook is an ordinary file, perhaps behind links, or a pipe that is read once; nothing else is waited for."""

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import Notebook, NotebookError
from fmnist_tui.lab.toml.writing import record_text, run_record

RECIPE = a_plan().recipe("fashion-mnist")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The notebook's own file, in a folder of its own."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "lab.toml"


@pytest.fixture
def link(tmp_path: Path, own: Path) -> Path:
    """A link to a link to it, in another folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "second.toml").symlink_to(own)
    link = tmp_path / "home" / "experiments.toml"
    link.symlink_to("second.toml")
    return link


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


# Links


def test_a_link_and_its_file_have_one_runs_folder_and_one_lock(
    own: Path, link: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "LOCK_SECONDS", 0.05)
    one, other = NotebookFile(link), NotebookFile(own)

    assert one.runs_folder == other.runs_folder == own.parent / "runs"
    with one.locked(), pytest.raises(NotebookError, match="another program is writing it"):
        other.append_run(a_run())


def test_appends_edits_deletions_and_results_go_through_a_link_and_leave_it_one(own: Path, link: Path) -> None:
    through, direct = NotebookFile(link), NotebookFile(own)

    through.append_run(a_run("r0"))
    direct.append_run(a_run("r1", seed=1))
    through.edit_run("r1", {"note": "by the link"})
    direct.edit_run("r0", {"note": "by the file"})
    through.record(a_run("r2", seed=2))
    direct.restore(through.delete(["r0"]))

    assert through.read().runs == direct.read().runs
    assert [(run.id, run.note) for run in direct.read().runs] == [
        ("r0", "by the file"),
        ("r1", "by the link"),
        ("r2", None),
    ]
    assert link.is_symlink()
    assert names(link.parent) == {"experiments.toml", "second.toml"}
    assert names(own.parent) == {"lab.toml", "runs"}


def test_a_link_that_leads_to_no_file_yet_is_an_empty_notebook_whose_file_is_made(own: Path, link: Path) -> None:
    notebook = NotebookFile(link)
    assert notebook.read() == Notebook()

    notebook.append_run(a_run())

    assert link.is_symlink()
    assert [run.id for run in NotebookFile(own).read().runs] == ["r0"]


def test_links_in_a_circle_are_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to("b.toml")
    (tmp_path / "b.toml").symlink_to("a.toml")

    with pytest.raises(NotebookError, match="its links lead in a circle"):
        NotebookFile(tmp_path / "a.toml").read()
    with pytest.raises(NotebookError, match="its links lead in a circle"):
        NotebookFile(tmp_path / "a.toml").append_run(a_run())
    assert names(tmp_path) == {"a.toml", "b.toml"}


def test_a_name_that_is_too_long_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="cannot be read: File name too long"):
        NotebookFile(tmp_path / f"{'a' * 300}.toml").read()


# What is no ordinary file


def in_the_way(kind: str, path: Path) -> None:
    """Put something that is no ordinary file at a path."""
    match kind:
        case "a pipe":
            os.mkfifo(path)
        case "a link to a pipe":
            os.mkfifo(path.with_name("pipe"))
            path.symlink_to("pipe")
        case "a device without end":
            path.symlink_to("/dev/zero")
        case "a folder":
            path.mkdir()
        case "a socket":
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(path))


KINDS = ("a pipe", "a link to a pipe", "a device without end", "a folder", "a socket")

DEEDS: dict[str, Callable[[NotebookFile], object]] = {
    "read": NotebookFile.read,
    "append": lambda notebook: notebook.append_run(a_run()),
    "edit": lambda notebook: notebook.edit_run("r0", {"note": "x"}),
    "recover": NotebookFile.recover,
    "trash": NotebookFile.trash,
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path, kind: str, deed: str) -> None:
    path = tmp_path / "n.toml"
    in_the_way(kind, path)

    with pytest.raises(NotebookError, match=r": (not an ordinary file|cannot be read: Is a directory); name"):
        DEEDS[deed](NotebookFile(path))

    assert not (tmp_path / "runs").exists()


def test_a_result_for_a_notebook_that_became_a_pipe_is_kept(tmp_path: Path) -> None:
    notebook = NotebookFile(tmp_path / "n.toml")
    os.mkfifo(notebook.path)

    with pytest.raises(NotebookError, match=r"the result is kept in .*run\.toml"):
        notebook.record(a_run())

    notebook.path.unlink()
    assert [run.id for run in notebook.recover()] == ["r0"]


def test_no_more_is_read_than_a_notebook_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 100)
    path = tmp_path / "n.toml"
    path.write_bytes(b"#" * 100)
    assert NotebookFile(path).read() == Notebook()

    path.write_bytes(b"#" * 101)

    with pytest.raises(NotebookError, match="more than 100 bytes, which no notebook has"):
        NotebookFile(path).read()


# Pipes that a command is given


def piped_notebook(content: bytes) -> tuple[NotebookFile, int]:
    """Return a notebook of what comes through a pipe, as a shell's `<(…)` names it, and the pipe's descriptor."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)

    threading.Thread(target=write).start()
    return NotebookFile(Path(f"/dev/fd/{reading}")), reading


def test_a_pipe_is_read_once_whole_and_never_written() -> None:
    content = "".join(record_text("run", run_record(a_run(f"r{seed}", seed=seed))) for seed in range(300))
    notebook, pipe = piped_notebook(content.encode())

    assert len(notebook.read().runs) == 300
    assert len(notebook.read().runs) == 300
    assert not notebook.changed()
    with pytest.raises(NotebookError, match="a pipe, which can only be read"):
        notebook.append_run(a_run("new"))
    os.close(pipe)


def test_a_pipe_through_which_nothing_comes_is_an_error() -> None:
    notebook, pipe = piped_notebook(b"")

    with pytest.raises(NotebookError, match="nothing came through this pipe"):
        notebook.read()
    os.close(pipe)


def test_a_pipe_without_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 1_000)
    notebook, pipe = piped_notebook(b"#" * 1_001)

    with pytest.raises(NotebookError, match="more than 1,000 bytes"):
        notebook.read()
    os.close(pipe)
