"""A few trainings for real, from the command to the record."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from command_line import PROGRAM, Call, bare_environment, call_apart

from fmnist_tui.engine.cores import cores
from fmnist_tui.engine.profile import PARTS


@pytest.fixture
def fashion_mnist() -> Path:
    """The folder of the real files: the one that FMNIST_TUI_DATA names, or shared/fashion-mnist beside the checkout."""
    named = NAMED_DATA or Path(__file__).parents[3] / "shared" / "fashion-mnist"
    if not Path(named).is_dir():
        pytest.skip("the real Fashion-MNIST is not here: set FMNIST_TUI_DATA to its folder")
    return Path(named)


LIMIT = f"{limit}\n" if (limit := cores().limit) else ""
"""What a training says of the cores that it may not use."""

NAMED_DATA = os.environ.get("FMNIST_TUI_DATA")
"""The variable before the tests' own folder hides it."""


def test_an_epoch_on_synthetic_garments_is_trained_printed_and_listed(call: Call, folder: Path) -> None:
    words = ("train", "16", "--dataset", "synthetic", "--epochs", "1", "--save-model", "--profile", "--json")
    began = time.monotonic()

    outcome = call_apart(*words, folder=folder)

    (run,) = json.loads(outcome.out)
    profile = run.pop("profile")
    assert sum(profile[part] for part in (*PARTS, "rest")) == pytest.approx(profile["whole"], abs=0.01)
    assert min(profile[part] for part in ("import", "data", "compile", "epochs", "validation", "test", "record")) > 0
    assert profile["rest"] < profile["whole"] / 2 < (time.monotonic() - began) / 2 + 0.05
    assert (outcome.status, outcome.err) == (0, LIMIT)
    assert (run["status"], run["parameters"], run["dataset"]) == ("finished", 12_730, "synthetic")
    assert 0.3 < run["test_accuracy"] < 1
    assert {name: len(curve) for name, curve in run["history"].items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 1
    )
    assert json.loads(call("show", run["id"], "--json").out) == run
    assert (folder / "runs" / run["id"] / "model.keras").stat().st_size > 0


def test_the_network_of_16_units_has_12_730_parameters_on_fashion_mnist(
    call: Call, fashion_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("train", "16", "--seed", "3", "--epochs", "1", "--dataset", "fashion-mnist", "--json")

    monkeypatch.setenv("FMNIST_TUI_DATA", str(fashion_mnist))
    outcome = call(*words)

    (run,) = json.loads(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert (run["parameters"], run["seed"], run["dataset"]) == (12_730, 3, "fashion-mnist")
    assert 0.75 < run["test_accuracy"] < 0.9
    assert sum(map(sum, run["confusion"])) == 10_000


def test_fashion_mnist_that_cannot_be_had_is_a_mistake_when_it_is_asked_for(folder: Path) -> None:
    call_apart("train", "16", "--dataset", "fashion-mnist", folder=folder).assert_mendable("--data")

    assert not (folder / "experiments.toml").exists()


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "code", "64"],
        cwd=folder,
        env=bare_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        complaints = program.stderr.read()

    assert (program.returncode, complaints) == (0, b"")
