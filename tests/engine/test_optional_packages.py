"""A training does without the packages that TensorFlow only uses where they are installed; others may import them."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest

from fmnist_tui.engine import optional_packages
from fmnist_tui.engine.optional_packages import optional_packages_hidden

ALONE = """
import sys
import small_trainings
from fmnist_tui.engine.optional_packages import OPTIONAL

run = small_trainings.run(small_trainings.patterns(), small_trainings.recipe("linear", epochs=1))
assert run.test and run.confusion, run
assert not OPTIONAL & sys.modules.keys(), OPTIONAL & sys.modules.keys()
import matplotlib, scipy, sklearn
"""


def test_a_training_imports_none_of_them_to_its_end_and_each_can_be_imported_afterwards() -> None:
    tests = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=tests, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_they_are_hidden_from_one_thread_while_another_imports_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "drawing.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(optional_packages, "OPTIONAL", frozenset({"drawing"}))
    before = list(sys.meta_path)
    elsewhere: list[str] = []

    with optional_packages_hidden():
        with pytest.raises(ImportError, match="drawing is not imported with TensorFlow"):
            import_module("drawing")
        thread = Thread(target=lambda: elsewhere.append(import_module("drawing").__name__))
        thread.start()
        thread.join()

    assert elsewhere == ["drawing"]
    assert sys.meta_path == before
