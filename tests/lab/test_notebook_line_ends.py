"""A notebook with the line endings of Windows keeps them: what is added ends like the lines beside it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from handwritten_notebooks import HANDWRITTEN
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.lab.toml.writing import record_text, run_record

RECIPE = a_plan().recipe("fashion-mnist")
WINDOWS = f"{HANDWRITTEN}\n{record_text('run', run_record(a_run('r0')))}".replace("\n", "\r\n")

DEEDS: dict[str, Callable[[NotebookFile], object]] = {
    "a run is added": lambda notebook: notebook.append_run(a_run("new", seed=1)),
    "a plan is added": lambda notebook: notebook.append_experiments((a_plan("new"),)),
    "a run is edited": lambda notebook: notebook.edit_run("r0", {"note": "two\nlines", "starred": True}),
    "a run is recorded": lambda notebook: notebook.record(a_run("new", seed=1)),
    "runs without a plan get one": lambda notebook: notebook.edit_experiment(
        "64 units", RECIPE, {"note": "planned", "hypothesis": "x", "baseline": True}
    ),
    "an experiment is renamed": lambda notebook: notebook.edit_experiment("64 units", RECIPE, {"name": "wide"}),
    "a run is deleted": lambda notebook: notebook.delete(["r0"]),
}


def bare(content: bytes) -> list[bytes]:
    """Return the lines that end in a line feed alone."""
    return re.findall(rb"(?m)^[^\n]*(?<!\r)\n", content)


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    """A notebook with the line endings of Windows throughout."""
    notebook = NotebookFile(tmp_path / "experiments.toml")
    notebook.path.write_bytes(WINDOWS.encode())
    return notebook


@pytest.mark.parametrize("ending", ["\r\n", "", "\r\n# the end"], ids=["whole", "torn", "comment"])
@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_written_into_a_file_of_windows_ends_as_its_lines_do(
    notebook: NotebookFile, deed: str, ending: str
) -> None:
    before = (WINDOWS.removesuffix("\r\n") + ending).encode()
    notebook.path.write_bytes(before)

    DEEDS[deed](notebook)

    after = notebook.path.read_bytes()
    assert after != before
    assert bare(after) == []
    assert b"\r\r" not in after
    assert NotebookFile(notebook.path).read() == notebook.read()


def test_what_was_deleted_comes_back_byte_for_byte(notebook: NotebookFile) -> None:
    notebook.restore(notebook.delete(["r0"]))

    assert notebook.path.read_bytes() == WINDOWS.encode()


def test_an_append_after_another_still_ends_as_the_file_does(notebook: NotebookFile) -> None:
    other = NotebookFile(notebook.path)
    for seed in range(3):
        (notebook, other)[seed % 2].append_run(a_run(f"r{seed + 1}", seed=seed))

    assert bare(notebook.path.read_bytes()) == []


def test_in_a_mixed_file_an_edit_ends_as_its_neighbour_and_an_append_as_most_lines(tmp_path: Path) -> None:
    path = tmp_path / "experiments.toml"
    runs = [record_text("run", run_record(a_run(f"r{seed}", seed=seed))) for seed in range(3)]
    before = (runs[0].replace("\n", "\r\n") + runs[1] + runs[2].replace("\n", "\r\n")).encode()
    path.write_bytes(before)
    notebook = NotebookFile(path)

    notebook.edit_run("r0", {"note": "windows"})
    notebook.edit_run("r1", {"note": "unix"})
    notebook.append_run(a_run("new", seed=9))

    after = path.read_bytes()
    assert b'\r\nnote = "windows"\r\n' in after
    assert b'\nnote = "unix"\n' in after
    assert b'\r\nnote = "unix"' not in after
    assert len(bare(after)) == len(bare(before)) + 1
    assert after.endswith(record_text("run", run_record(a_run("new", seed=9))).replace("\n", "\r\n").encode())


def test_one_byte_order_mark_is_kept_and_two_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "experiments.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HANDWRITTEN.encode())
    NotebookFile(path).append_run(a_run())
    NotebookFile(path).edit_run("r0", {"note": "x"})
    assert path.read_bytes().count(b"\xef\xbb\xbf") == 1
    assert path.read_bytes().startswith(b"\xef\xbb\xbf#")

    path.write_bytes(two := b"\xef\xbb\xbf" + path.read_bytes())

    with pytest.raises(NotebookError, match=r"line 1: begins with two byte order marks \(U\+FEFF\); save it with one"):
        NotebookFile(path).read()
    with pytest.raises(NotebookError, match="two byte order marks"):
        NotebookFile(path).append_run(a_run("r1", seed=1))
    assert path.read_bytes() == two
