"""`recover` lists what went missing from the notebook and adds it again; commands say once that there is something."""

import json
from pathlib import Path

import pytest
from command_line import Call
from fake_trainer import FakeTrainer
from sample_records import PLAN, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.folder import RunFolder


@pytest.fixture(autouse=True)
def quick(trainer: FakeTrainer) -> FakeTrainer:
    """No test here trains for real."""
    return trainer


@pytest.fixture
def rolled_back(notebook: NotebookFile) -> NotebookFile:
    """A notebook in which an editor put an older text, without two of its three runs."""
    notebook.record(a_run("kept", experiment="a"))
    before = notebook.path.read_bytes()
    for seed in (1, 2):
        notebook.record(a_run(f"lost{seed}", experiment="a", seed=seed))
    notebook.path.write_bytes(before)
    return notebook


def ids(notebook: NotebookFile) -> list[str]:
    """Return the ids of the runs that the notebook has."""
    return [run.id for run in NotebookFile(notebook.path).read().runs]


SAID = "2 runs that this notebook had are missing from it"


@pytest.mark.parametrize(
    "words",
    [("list", "--json"), ("show", "kept"), ("show", "a"), ("code", "a"), ("compare", "a", "kept"), ("train", "4")],
    ids=" ".join,
)
def test_a_command_says_once_what_is_missing_on_standard_error(
    call: Call, rolled_back: NotebookFile, words: tuple[str, ...]
) -> None:
    first, second = call(*words), call(*words)

    assert SAID in first.err
    assert "`fmnist-tui recover` lists them" in first.err
    assert SAID not in first.out
    assert SAID not in second.err
    assert "kept" in ids(rolled_back)
    assert "lost1" not in ids(rolled_back)


def test_it_lists_what_is_missing_and_adds_what_is_named(call: Call, rolled_back: NotebookFile) -> None:
    listed = call("recover")

    assert listed.status == 0
    assert [line.split()[2] for line in listed.out.splitlines()] == ["lost1", "lost2"]
    assert "2 runs missing from experiments.toml; `fmnist-tui recover --add ID…` or --all" in listed.err
    assert ids(rolled_back) == ["kept"]

    added = call("recover", "--add", "lost2")
    assert (added.status, added.err) == (0, "fmnist-tui: 1 run added to experiments.toml\n")
    assert ids(rolled_back) == ["kept", "lost2"]


@pytest.mark.parametrize("wish", ["--all", "--forget-all"])
def test_where_nothing_is_missing_that_is_said(call: Call, notebook: NotebookFile, wish: str) -> None:
    notebook.record(a_run("kept", experiment="a"))

    assert call("recover", wish).err == "fmnist-tui: experiments.toml: no run that it had is missing\n"


@pytest.mark.parametrize("words", [("--all",), ("--add", "lost2", "lost1")], ids=["all", "several"])
def test_it_adds_all_or_several_in_the_order_they_were_trained(
    call: Call, rolled_back: NotebookFile, words: tuple[str, ...]
) -> None:
    assert call("recover", *words).status == 0

    assert ids(rolled_back) == ["kept", "lost1", "lost2"]
    assert call("recover").err == "fmnist-tui: experiments.toml: no run that it had is missing\n"


def test_as_json_it_is_a_list_of_runs(call: Call, rolled_back: NotebookFile) -> None:
    assert [run["id"] for run in json.loads(call("recover", "--json").out)] == ["lost1", "lost2"]
    assert json.loads(call("recover", "--forget-all", "--json").out)
    assert json.loads(call("recover", "--json").out) == []


def test_what_is_forgotten_is_listed_no_more(call: Call, rolled_back: NotebookFile) -> None:
    assert "1 run will not be listed again" in call("recover", "--forget", "lost1").err

    assert [line.split()[2] for line in call("recover").out.splitlines()] == ["lost2"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--add", "nope"), "nope: no run that is missing"),
        (("lost1",), "lost1: to do what?"),
        (("--all", "--forget-all"), "exclude each other"),
        (("--from", "other.toml"), "no runs of other.toml"),
        (("--adopt",), "no runs of another notebook"),
    ],
    ids=["unknown", "no wish", "two wishes", "another name", "none"],
)
def test_a_mistake_is_one_line_and_adds_nothing(
    call: Call, rolled_back: NotebookFile, words: tuple[str, ...], said: str
) -> None:
    call("recover", *words).assert_mendable(said)

    assert ids(rolled_back) == ["kept"]


def test_what_was_killed_is_recorded_here_too(call: Call, notebook: NotebookFile) -> None:
    killed(notebook)

    assert "1 run recorded that waited in runs/: killed1" in call("recover").err
    assert ids(notebook) == ["killed1"]


def test_a_run_of_another_notebook_is_not_resumed_and_that_is_said(
    call: Call, quick: FakeTrainer, notebook: NotebookFile, folder: Path
) -> None:
    notebook.append_experiments((PLAN,))
    killed(notebook)
    notebook.recover()
    (folder / "copy.toml").write_bytes(notebook.path.read_bytes())

    left_out = call("run", "--file", "copy.toml", "--dataset", "fashion-mnist")

    assert "runs/killed1 is experiments.toml's; `fmnist-tui recover --from experiments.toml` makes it" in left_out.err
    assert quick.seeds == [1, 2]
    assert call("recover", "--file", "copy.toml", "--from", "experiments.toml").status == 0
    call("run", "--file", "copy.toml", "--dataset", "fashion-mnist")
    assert quick.jobs[-1].resumes == "killed1"


def test_a_renamed_notebook_is_asked_about_and_taken_over(call: Call, notebook: NotebookFile, folder: Path) -> None:
    notebook.record(a_run())
    killed(notebook)
    notebook.path.rename(folder / "new.toml")

    assert "runs of experiments.toml, which is not here any more" in call("list", "--file", "new.toml").err
    assert call("list", "--file", "new.toml").err == ""
    taken = call("recover", "--file", "new.toml", "--from", "experiments.toml")
    assert "the folders of 2 runs in runs/ are new.toml's now" in taken.err
    assert ids(NotebookFile(folder / "new.toml")) == ["r0", "killed1"]


def killed(notebook: NotebookFile) -> None:
    """Leave what a training does that is killed after an epoch."""
    folder = RunFolder(notebook.run_folder("killed1"))
    with folder.locked():
        folder.begin(a_run("killed1"))
        folder.add_epoch(Curves((0.8,), (0.6,), (0.82,), (0.5,)), 1.0)
