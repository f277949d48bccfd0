"""The program with a fake trainer and fake data: `python fake_program.py WORDS…`.

Run as a program of its own where a test needs real descriptors, variables or a current folder.
"""

import sys
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from fmnist_tui.cli import main
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Experiment

QUICK_PROGRAM = (sys.executable, str(Path(__file__)))
"""The program as a command."""

COMMAND_LINES = {
    "preflight": ("preflight", "8", "--dataset", "synthetic"),
    "train": ("train", "64", "--dataset", "synthetic"),
    "run": ("run", "--dataset", "synthetic"),
    "list": ("list",),
    "show": ("show", "aaaa1"),
    "compare": ("compare", "64 units", "32"),
    "clues": ("clues",),
    "export": ("export",),
    "code": ("code", "64 units"),
    "recover": ("recover", "--json"),
    "predict": ("predict", "aaaa1", "square.png"),
    "tidy": ("tidy", "--json"),
    "init": ("init", "--file", "new.toml"),
    "data": ("data", "--data", "garments"),
    "config": ("config",),
    "doctor": ("doctor", "--dataset", "synthetic"),
}
"""A command line for each command; all print something in a folder prepared by `fill`."""


WITHOUT_DATA = {"list", "show", "compare", "clues", "code", "recover", "tidy", "init", "config", "--version"}
"""Commands that neither train nor load images; half of their time would go into the fakes."""


def registered() -> set[str]:
    """Return the names of all commands."""
    from fmnist_tui.cli.commands import app

    return {str(each.name or getattr(each.callback, "__name__", "")) for each in app.registered_commands}


def fill(folder: Path, *, name: str = "64 units") -> None:
    """Write a notebook with a partly trained plan and another experiment, and a folder of data."""
    copytree(_filled(name).name, folder, dirs_exist_ok=True)


@cache
def _filled(name: str) -> "TemporaryDirectory[str]":
    """Return a filled folder to copy; it is removed at the end of this process."""
    filled = TemporaryDirectory(prefix="filled-")
    _write(Path(filled.name), name)
    return filled


def _write(folder: Path, name: str) -> None:
    import numpy as np
    from PIL import Image
    from sample_records import PLAN, a_run
    from small_fashion_mnist import make_small_fashion_mnist
    from trained_networks import drawn

    from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
    from fmnist_tui.lab.records.shorthand import parse
    from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights

    notebook = NotebookFile(folder / "experiments.toml")
    plan = Experiment(name, PLAN.architecture, PLAN.training, repeats=3, note="± 0.1 × 2 – … ★ → é 猫 😀")
    notebook.append_experiments((plan,))
    notebook.append_run(a_run("aaaa1", experiment=name))
    notebook.append_run(a_run("bbbb2", experiment=name, seed=1))
    notebook.append_run(a_run("cccc3", experiment="32", recipe=Recipe(parse("32"), hyperparameters(epochs=3))))
    make_small_fashion_mnist().write(folder / "garments")
    notebook.make_folder("aaaa1")
    write_weights(notebook.runs_folder / "aaaa1", TrainedWeights(drawn("64")))
    Image.fromarray(np.pad(np.full((20, 20), 200, np.uint8), 10)).save(folder / "square.png")


def install_fakes() -> None:
    """Let nothing be trained, checked or loaded for real."""
    import pytest
    from fake_preflight import FakePreflight
    from fake_trainer import FakeTrainer, fake_load
    from small_fashion_mnist import make_small_fashion_mnist

    from fmnist_tui.engine.dataset import files

    patch = pytest.MonkeyPatch()
    FakeTrainer().install(patch)
    FakePreflight().install(patch)
    patch.setattr("fmnist_tui.engine.dataset.sources.load", fake_load)
    edition = make_small_fashion_mnist()
    patch.setattr(files, "FILES", edition.files)
    for place, file in zip(("TRAIN_IMAGES", "TRAIN_LABELS", "TEST_IMAGES", "TEST_LABELS"), edition.files, strict=True):
        patch.setattr(files, place, file)


if __name__ == "__main__":
    if "--help" not in sys.argv and sys.argv[1] not in WITHOUT_DATA:
        install_fakes()
    main()
