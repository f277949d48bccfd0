"""TensorFlow as the program imports it, seen in one process of its own, for a start takes seconds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fmnist_tui.engine.optional_packages import OPTIONAL

TESTS = Path(__file__).parents[1]
PROGRAM = """
import gc, json, sys

from fmnist_tui.engine import cores

cores.cores = lambda: cores.Cores(8, 8, 2.5)
from fmnist_tui.tui.loading import load_tensorflow

told = load_tensorflow()
import tensorflow

searched = any(each is vars(tensorflow) for each in gc.get_objects())
import small_trainings

run = small_trainings.run(small_trainings.patterns(), small_trainings.recipe("linear", epochs=1))
from fmnist_tui.engine.optional_packages import OPTIONAL

optional = sorted(OPTIONAL & sys.modules.keys())
import matplotlib, scipy, sklearn

threads = tensorflow.config.threading
print("still heard", file=sys.stderr)
found = {
    "told": type(told).__name__,
    "searched for garbage": searched,
    "garbage is collected": gc.isenabled(),
    "tested": bool(run.test and run.confusion),
    "optional packages": optional,
    "threads": [threads.get_intra_op_parallelism_threads(), threads.get_inter_op_parallelism_threads()],
}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def done() -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", PROGRAM], cwd=TESTS, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def found(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_the_terminal_is_left_undisturbed(done: "subprocess.CompletedProcess[str]") -> None:
    assert (done.returncode, done.stderr) == (0, "still heard\n")
    assert done.stdout.count("\n") == 1


def test_what_it_brings_is_spared_from_the_search_for_garbage(found: dict[str, Any]) -> None:
    assert found["told"] == "TensorFlowLoaded"
    assert not found["searched for garbage"]
    assert found["garbage is collected"]


def test_a_training_imports_no_optional_package_to_its_end_and_each_can_be_imported_afterwards(
    found: dict[str, Any],
) -> None:
    assert found["tested"]
    assert OPTIONAL
    assert found["optional packages"] == []


def test_it_has_as_many_threads_as_may_run(found: dict[str, Any]) -> None:
    assert found["threads"] == [3, 3]
