"""Where the tests of the engine get their data from."""

import os
from pathlib import Path

import pytest
from small_fashion_mnist import Edition, make_small_fashion_mnist

from fmnist_tui.engine.dataset import files
from fmnist_tui.engine.dataset.places import find


@pytest.fixture(scope="session")
def fashion_mnist_directory() -> Path:
    """The folder of the real files: FMNIST_TUI_DATA, or shared/fashion-mnist beside the checkout."""
    beside = Path(__file__).parents[3] / "shared" / "fashion-mnist"
    named = os.environ.get("FMNIST_TUI_DATA")
    if named is None and not beside.is_dir():
        pytest.skip("the real Fashion-MNIST is not here: set FMNIST_TUI_DATA to its folder")
    place = find(Path(named) if named else beside)
    assert place is not None
    return place.folder


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home without any data or cache, and no variable that names one; returns the home."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("FMNIST_TUI_DATA", "FMNIST_TUI_OFFLINE", "KERAS_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    return home


@pytest.fixture(scope="session")
def edition() -> Edition:
    """Four small files of the published names."""
    return make_small_fashion_mnist()


@pytest.fixture
def small_edition(monkeypatch: pytest.MonkeyPatch, edition: Edition) -> Edition:
    """The small edition, in place of the published one for as long as the test runs."""
    monkeypatch.setattr(files, "FILES", edition.files)
    for name, file in zip(("TRAIN_IMAGES", "TRAIN_LABELS", "TEST_IMAGES", "TEST_LABELS"), edition.files, strict=True):
        monkeypatch.setattr(files, name, file)
    return edition
