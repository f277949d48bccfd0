"""`tidy` lists what `runs/` holds and the notebook no longer needs, removes it, and brings it back."""

import json
from pathlib import Path

import pytest
from command_line import Call
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.folder import RunFolder


@pytest.fixture
def runs(notebook: NotebookFile) -> Path:
    """The folder of three runs with weights, of which the notebook had one deleted."""
    for seed, run_id in enumerate(("aaaa1", "bbbb2", "cccc3")):
        notebook.record(a_run(run_id, seed=seed))
        (notebook.runs_folder / run_id / "weights.npz").write_bytes(bytes(5_000))
    notebook.delete(["bbbb2"])
    return notebook.runs_folder


def listed(call: Call) -> list[str]:
    return [Path(each["path"]).name for each in json.loads(call("tidy", "--json").out)]


def test_a_deleted_runs_folder_is_listed_with_its_size_and_why(call: Call, runs: Path) -> None:
    outcome = call("tidy")

    (line,) = outcome.out.splitlines()
    assert line.startswith("runs/bbbb2")
    assert line.endswith("deleted from the notebook: '64 units' seed 1")
    assert "kB" in line
    assert "`fmnist-tui tidy --remove` moves it aside, undoably" in outcome.err
    assert (runs / "bbbb2" / "weights.npz").exists(), "listing removes nothing"


def test_it_is_removed_and_brought_back_byte_for_byte(call: Call, runs: Path) -> None:
    before = {path: path.read_bytes() for path in sorted((runs / "bbbb2").iterdir())}

    call("tidy", "--remove")
    assert not (runs / "bbbb2").exists()
    assert listed(call) == []
    outcome = call("tidy", "--undo")

    assert outcome.out == "runs/bbbb2\n"
    assert {path: path.read_bytes() for path in sorted((runs / "bbbb2").iterdir())} == before
    assert listed(call) == ["bbbb2"]
    call("tidy", "--undo").assert_mendable("nothing that was removed is kept there")


def test_emptying_deletes_it_for_good(call: Call, runs: Path) -> None:
    call("tidy", "--remove")
    assert "holds" in call("tidy").err

    assert "deleted for good" in call("tidy", "--empty").err

    assert "holds" not in call("tidy").err.replace("runs/ holds nothing", "")
    call("tidy", "--undo").assert_mendable("nothing that was removed")


def test_a_restored_run_is_needed_again(call: Call, runs: Path, notebook: NotebookFile) -> None:
    (deleted,) = notebook.trash()
    notebook.restore(deleted)

    assert listed(call) == []


def test_runs_in_the_notebook_stay_whatever_is_removed(call: Call, runs: Path, notebook: NotebookFile) -> None:
    text = notebook.path.read_bytes()

    call("tidy", "--remove")

    assert notebook.path.read_bytes() == text
    assert (runs / "aaaa1" / "weights.npz").exists()
    assert (runs / "cccc3" / "run.toml").exists()


def test_a_run_that_went_missing_is_for_recover_and_stays(call: Call, notebook: NotebookFile) -> None:
    notebook.record(a_run("kept"))
    before = notebook.path.read_bytes()
    notebook.record(a_run("lost", seed=1))
    notebook.path.write_bytes(before)

    assert listed(call) == []


def test_a_run_that_is_trained_now_stays(call: Call, runs: Path) -> None:
    with RunFolder(runs / "bbbb2").locked():
        assert listed(call) == []


def test_leftovers_of_a_killed_program_are_listed_and_a_checkpoint_only_of_a_run_that_ended(
    call: Call, runs: Path, notebook: NotebookFile
) -> None:
    notebook.record(a_run("dddd4", seed=4, status="interrupted"))
    for run_id in ("aaaa1", "dddd4"):
        (runs / run_id / "checkpoint.npz").write_bytes(bytes(10))
        (runs / run_id / ".weights.npz.draft").write_bytes(bytes(10))

    paths = [Path(each["path"]).relative_to("runs") for each in json.loads(call("tidy", "--json").out)]

    assert list(map(str, paths)) == [
        "aaaa1/.weights.npz.draft",
        "aaaa1/checkpoint.npz",
        "bbbb2",
        "dddd4/.weights.npz.draft",
    ]
    call("tidy", "--remove")
    assert not (runs / "aaaa1" / "checkpoint.npz").exists()
    call("tidy", "--undo")
    assert (runs / "aaaa1" / "checkpoint.npz").exists()
    assert (runs / "bbbb2" / "weights.npz").exists()


def test_another_notebooks_folders_stay(call: Call, runs: Path) -> None:
    other = NotebookFile(runs.parent / "other.toml")
    other.record(a_run("eeee5"))
    other.delete(["eeee5"])

    assert listed(call) == ["bbbb2"]
    assert [Path(each["path"]).name for each in json.loads(call("tidy", "--json", "--file", "other.toml").out)] == [
        "eeee5"
    ]


def test_a_link_in_the_place_of_the_removed_is_not_followed(call: Call, runs: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (runs / ".experiments.toml.tidied").symlink_to(tmp_path / "elsewhere")

    call("tidy", "--remove").assert_mendable("a link, which is not followed")

    assert (runs / "bbbb2").exists()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_two_wishes_at_once_are_refused(call: Call, runs: Path) -> None:
    call("tidy", "--remove", "--undo").assert_mendable("exclude each other")
