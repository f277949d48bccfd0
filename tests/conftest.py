"""Options and fixtures for all tests: folder, notebook and fake trainer."""

import gc
import os
import sys
from itertools import chain, zip_longest
from pathlib import Path

import pytest

# Before NumPy is imported here or in a program that a test starts: the processes of tests fill the cores, and the
# threads of each process's OpenBLAS would keep the other's waiting.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# The tests start the program some hundred times: it is compiled once, also where this is set, as in many containers.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from command_line import move_into
from fake_preflight import FakePreflight
from fake_trainer import FakeTrainer, fake_load
from hypothesis import settings

from fmnist_tui.lab.notebook.file import NotebookFile

sys.dont_write_bytecode = False

# The time of an example depends on the machine. `--hypothesis-profile=thorough` tries many more, by hand.
settings.register_profile("unhurried", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=1_000)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --kills, to kill more processes than in every run of the suite."""
    parser.addoption("--kills", type=int, default=50, help="how many processes tests/engine/test_kills.py kills")


WAIT = frozenset({"DaskCluster", "Terminal"})
"""What the files import whose tests wait most of their time, for a screen or a scheduler."""
START_PROGRAMS = frozenset({"WorkerProcess", "subprocess"})
"""What the others import whose tests take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left with one at the end.

    To one that waits come two that compute, so that the cores are busy.
    """
    modules = {item.module: vars(item.module).keys() for item in items if isinstance(item, pytest.Function)}
    waiting = [module for module, names in modules.items() if WAIT & names]
    computing = [module for module in modules if module not in waiting]
    computing.sort(key=lambda module: not START_PROGRAMS & modules[module])
    mixed = chain.from_iterable(zip_longest(waiting, computing[::2], computing[1::2]))
    places = {module: place for place, module in enumerate(mixed)}
    items.sort(key=lambda item: places[item.module] if isinstance(item, pytest.Function) else len(places))


def pytest_collection_finish() -> None:
    """Exempt modules and tests, which last, from garbage collection, and collect garbage less often.

    TensorFlow's modules are a million objects to walk through each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder, made the current one."""
    return move_into(tmp_path, monkeypatch)


@pytest.fixture
def notebook(folder: Path) -> NotebookFile:
    """The default notebook in `folder`; the file does not exist yet."""
    return NotebookFile(folder / "experiments.toml")


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> FakeTrainer:
    """A fake trainer in place of the engine's; `auto` loads four black images as synthetic garments."""
    quick = FakeTrainer()
    quick.install(monkeypatch)
    monkeypatch.setattr("fmnist_tui.engine.dataset.sources.load", fake_load)
    return quick


@pytest.fixture
def preflights(trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch) -> FakePreflight:
    """Fake checks in place of the engine's."""
    quick = FakePreflight()
    quick.install(monkeypatch)
    return quick
