"""Other programs' words in a notebook: every command names them, and none trains a plan that has one."""

from pathlib import Path

import pytest
from command_line import Call
from fake_trainer import FakeTrainer
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile

PLANS = """\
[[experiment]]
name = "wrong"
architecture = "64"
lr = 0.1
mood = "good"

[[experiment]]
name = "right"
architecture = "32"
mood = "bad"
"""
TOLD = "experiments.toml, line 4: experiment 1: `lr` is not known; did you mean `learning_rate`?"


@pytest.fixture
def mistaken(notebook: NotebookFile) -> NotebookFile:
    """A notebook with a mistake in the first of its two plans."""
    notebook.path.write_text(PLANS, encoding="utf-8")
    return notebook


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("list", "--json"),
        ("show", "right"),
        ("show", "right", "--json"),
        ("compare", "right", "wrong"),
        ("compare", "right", "wrong", "--json"),
        ("code", "right"),
        ("export",),
        ("run", "right"),
        ("train", "16"),
    ],
    ids=" ".join,
)
def test_every_command_that_reads_the_notebook_names_a_mistake_once(
    call: Call, mistaken: NotebookFile, trainer: FakeTrainer, command: tuple[str, ...]
) -> None:
    mistaken.append_run(a_run("abcd", experiment="wrong"))

    outcome = call(*command)

    assert outcome.status == 0
    assert outcome.err.count(f"fmnist-tui: {TOLD}\n") == 1
    assert "mood" not in outcome.err


@pytest.mark.parametrize(
    "command", [("run",), ("run", "wrong"), ("run", "wrong", "right"), ("train", "64", "--name", "wrong")], ids=" ".join
)
def test_a_plan_with_a_mistake_is_not_trained(
    call: Call, mistaken: NotebookFile, trainer: FakeTrainer, command: tuple[str, ...]
) -> None:
    outcome = call(*command)

    outcome.assert_mendable(f"nothing is trained: {TOLD}")
    assert trainer.jobs == []
    assert mistaken.path.read_text(encoding="utf-8") == PLANS


def test_a_plan_whose_name_is_the_shorthand_that_is_trained_counts(
    call: Call, mistaken: NotebookFile, trainer: FakeTrainer
) -> None:
    mistaken.path.write_text(PLANS.replace('"wrong"', '"64"'), encoding="utf-8")

    call("train", "64").assert_mendable(TOLD)
    assert call("train", "64", "--name", "mine").status == 0
    assert [job.experiment for job in trainer.jobs] == ["mine"]


def test_a_mistake_at_the_top_of_the_file_keeps_every_plan_from_training(
    call: Call, mistaken: NotebookFile, trainer: FakeTrainer
) -> None:
    mistaken.path.write_text("epochs = 3\n" + PLANS.replace("lr", "learning_rate"), encoding="utf-8")

    told = "experiments.toml, line 1: `epochs` is not known; `epochs` belongs in an [[experiment]]"
    call("run", "right").assert_mendable(f"nothing is trained: {told}")
    assert trainer.jobs == []
    outcome = call("train", "16")
    assert outcome.status == 0
    assert told in outcome.err


def test_several_mistakes_are_said_to_be_several(call: Call, mistaken: NotebookFile) -> None:
    mistaken.path.write_text(PLANS.replace("lr = 0.1", "lr = 0.1\nbatch = 5\nmomentum = 1"), encoding="utf-8")

    call("run").assert_mendable(TOLD, "(2 more: `fmnist-tui list` names them)")
    assert len(call("list").err.splitlines()) == 3


def test_a_plan_that_is_mended_is_trained(call: Call, mistaken: NotebookFile, trainer: FakeTrainer) -> None:
    mistaken.path.write_text(PLANS.replace("lr = 0.1", 'learning_rate = 0.1\ndataset = "synthetic"'), encoding="utf-8")

    assert call("run", "wrong").status == 0
    (job,) = trainer.jobs
    assert job.recipe.training.learning_rate == 0.1


def test_a_file_that_is_no_notebook_is_never_written_to(call: Call, folder: Path, trainer: FakeTrainer) -> None:
    path = folder / "pyproject.toml"
    text = '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "mine"\n'
    path.write_text(text, encoding="utf-8")

    for command in (("train", "64"), ("run",), ("list",), ("export",)):
        call(*command, "--file", "pyproject.toml").assert_mendable("pyproject.toml: not a notebook", "`build-system`")

    assert trainer.jobs == []
    assert path.read_text(encoding="utf-8") == text
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "# to be filled\n\n", "format = 1\n", "\ufeff"])
def test_an_empty_file_is_a_notebook(call: Call, folder: Path, trainer: FakeTrainer, text: str) -> None:
    (folder / "mine.toml").write_text(text, encoding="utf-8")

    assert call("train", "64", "--file", "mine.toml").status == 0
    assert len(NotebookFile(folder / "mine.toml").read().runs) == 1
