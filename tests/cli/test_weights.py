"""`show` says what weights a run keeps and makes a model of them; `train` and `run` may keep none."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from command_line import Call
from fake_trainer import FakeTrainer
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights
from fmnist_tui.lab.settings.config_file import settings_path


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The settings file, which does not exist yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = settings_path()
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def run_id(notebook: NotebookFile) -> str:
    """A run of 64 units with weights."""
    run = a_run("aaaa1")
    notebook.record(run)
    zeros = tuple(
        {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        for shapes in run.recipe.architecture.weights()
    )
    write_weights(notebook.runs_folder / run.id, TrainedWeights(zeros))
    return run.id


@pytest.mark.parametrize("command", ["train", "run"])
def test_weights_are_kept_unless_that_is_refused(call: Call, trainer: FakeTrainer, command: str) -> None:
    words = ("train", "64") if command == "train" else ("run", "64")
    (Path("experiments.toml")).write_text('[[experiment]]\nname = "64"\narchitecture = "64"\nrepeats = 2\n')

    call(*words)
    call(*words, "--no-weights", *(("--repeats", "3") if command == "run" else ()))

    assert (trainer.weights_kept[0], trainer.weights_kept[-1]) == (True, False)


def test_the_settings_can_refuse_them_for_good(call: Call, trainer: FakeTrainer, settings: Path) -> None:
    settings.write_text("[training]\nkeep_weights = false\n")

    outcome = call("train", "64")

    assert "config.toml" not in outcome.err
    assert trainer.weights_kept == [False]


def test_a_mistake_in_that_setting_is_said_and_weights_are_kept(
    call: Call, trainer: FakeTrainer, settings: Path
) -> None:
    settings.write_text("[training]\nkeep_weights = 0\n")

    outcome = call("train", "64")

    assert "config.toml: [training] may hold keep_weights = false, or true" in outcome.err
    assert trainer.weights_kept == [True]


def test_show_says_how_large_they_are(call: Call, run_id: str, notebook: NotebookFile) -> None:
    assert re.search(r"weights +205 kB", call("show", run_id).out)

    (notebook.runs_folder / run_id / "weights.npz").unlink()

    assert re.search(r"weights +not kept", call("show", run_id).out)


def test_a_run_without_weights_makes_no_model(call: Call, notebook: NotebookFile) -> None:
    notebook.record(a_run("bbbb2"))

    call("show", "bbbb2", "--save-model", "m.keras").assert_mendable("no weights of run bbbb2 are kept")


def test_damaged_weights_are_one_line(call: Call, run_id: str, notebook: NotebookFile) -> None:
    (notebook.runs_folder / run_id / "weights.npz").write_bytes(b"PK\x03\x04")

    call("show", run_id, "--save-model", "m.keras").assert_mendable("weights.npz: damaged; remove it")
    assert call("show", run_id).status == 0


def test_a_model_is_of_one_run(call: Call, run_id: str) -> None:
    call("show", "64 units", "--save-model", "m.keras").assert_mendable("is no run, and a model is one run's")
    call("show", run_id, "--best").assert_mendable("--save-model")


def test_show_writes_a_model_that_keras_loads_in_safe_mode(call: Call, run_id: str) -> None:
    outcome = call("show", run_id, "--save-model", "m.keras")

    assert outcome.out == "m.keras: written, with the weights of epoch 2\n"
    from fmnist_tui.engine.tensorflow import keras

    model = keras.models.load_model("m.keras", safe_mode=True)
    assert model.predict(np.zeros((1, 28, 28)), verbose=0) == pytest.approx(np.full((1, 10), 0.1))
    call("show", run_id, "--save-model", "m.keras").assert_mendable("m.keras exists and is not changed")


def test_show_in_json_is_as_before(call: Call, run_id: str) -> None:
    assert json.loads(call("show", run_id, "--json").out)["id"] == run_id
