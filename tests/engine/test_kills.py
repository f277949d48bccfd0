"""Killed at any moment, a process leaves every epoch that it told of, and every byte that was there before it.

By hand: `pytest tests/engine/test_kills.py --kills 1000`.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pytest
from kill_processes import Told, Witness
from killed_process import BEGINNING, a_training, curves_of
from real_training import ENDED, LONG
from small_trainings import RUN_ID, patterns, run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.toml.reading import NotebookError

TESTS = Path(__file__).parents[1]


def test_nothing_is_lost_or_changed_whenever_a_process_is_killed(request: pytest.FixtureRequest) -> None:
    count = request.config.getoption("--kills")

    done = subprocess.run(
        [sys.executable, TESTS / "kill_processes.py", str(count), "0"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    tally = json.loads(done.stdout)
    assert sum(number for what, number in tally.items() if what.startswith("killed")) == count
    within_a_change = {"killed in record", "killed in delete", "killed in note", "killed in star", "killed in restore"}
    assert len(within_a_change & tally.keys()) > 2
    assert tally["epochs"] > count
    assert tally["changes"] > count


# The witness itself sees what it must


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    """A person's notebook with three recorded trainings, each with its journal."""
    path = tmp_path / "experiments.toml"
    path.write_text(BEGINNING, encoding="utf-8")
    notebook = NotebookFile(path)
    for run_id in ("aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"):
        finished = a_training(run_id)
        folder = RunFolder(notebook.run_folder(run_id))
        with folder.locked():
            folder.begin(finished)
            for epoch in range(5):
                folder.add_epoch(curves_of(run_id, epoch + 1), epoch + 1.0)
        notebook.record(finished)
    return notebook


def lose_a_run(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    start, end = (text.index(f'\n[[run]]\nid = "{letter * 10}"') for letter in "bc")
    path.write_text(text[:start] + text[end:], encoding="utf-8")


def swap_in_file(old: str, new: str) -> Callable[[Path], None]:
    def swap(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return swap


FIRST = "aaaaaaaaaa"
A_NOTE = swap_in_file("\nparameters = 50890\ntest", '\nnote = "x"\nparameters = 50890\ntest')
ANOTHER_FIGURE = swap_in_file("seconds = 7.25", "seconds = 7.26")
STARTED = '"\nstarted = 2024-11-24T08:30:00+00:00'
INTERRUPTED = swap_in_file(f'"finished{STARTED}', f'"interrupted{STARTED}')


def leave(path: Path) -> None:
    """Do no harm: what was told is not so."""


HARMS: dict[str, tuple[Callable[[Path], None], Told, str]] = {
    "a run is gone": (lose_a_run, Told(), "records are missing"),
    "a figure is another": (ANOTHER_FIGURE, Told(), "a record was changed"),
    "a note is of nobody": (A_NOTE, Told(), "a record was changed"),
    "more than the note is another": (ANOTHER_FIGURE, Told(noted={FIRST}), "a record was changed"),
    "a blank is gone": (swap_in_file('"architecture" =', '"architecture"='), Told(), "what a person wrote was changed"),
    "a comment is gone": (swap_in_file("# between the two", ""), Told(), "what a person wrote was changed"),
    "a note is lost": (leave, Told(done=[{"do": "note", "id": FIRST, "note": "mine"}]), "a note is lost"),
    "an epoch is lost": (leave, Told(epochs={FIRST: 6}), "an epoch is lost"),
    "a result is lost": (INTERRUPTED, Told(done=[{"do": "record", "id": FIRST}]), "a result is lost"),
    "the file cannot be read": (swap_in_file("format = 1", "format = "), Told(), "not TOML"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_witness_sees_what_is_lost_or_changed(notebook: NotebookFile, harm: str) -> None:
    do, told, word = HARMS[harm]
    witness = Witness(notebook.path)
    do(notebook.path)

    with pytest.raises((AssertionError, NotebookError), match=word):
        witness.check(told, None)


def test_a_witness_has_nothing_to_say_where_all_is_well(notebook: NotebookFile) -> None:
    witness = Witness(notebook.path)
    told = Told(epochs={FIRST: 5}, done=[{"do": "record", "id": FIRST}])

    witness.check(told, None)


# With TensorFlow


@pytest.fixture
def forks() -> Iterator["subprocess.Popen[str]"]:
    """A process whose forks train."""
    command = [sys.executable, str(TESTS / "real_training.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield process


def killed_training(forks: "subprocess.Popen[str]", folder: Path, epochs: int, chance: random.Random) -> Run:
    """Train in another process, kill it a moment after it told of an epoch, and return what is pending then."""
    assert forks.stdin is not None
    assert forks.stdout is not None
    forks.stdin.write(f"{folder}\n")
    process = int(forks.stdout.readline())
    told = 0
    while told < epochs:
        line = forks.stdout.readline().strip()
        assert line.isdecimal(), "it died of an error of its own"
        told = int(line)
    time.sleep(chance.uniform(0.0, 0.3))
    os.kill(process, signal.SIGKILL)
    rest = takewhile(lambda line: line != f"{ENDED}\n", forks.stdout)
    told = max([told, *map(int, rest)])
    journal = RunFolder(folder).read()
    assert journal is not None
    assert journal.run.curves.epochs >= told
    assert not RunFolder(folder).is_alive
    return journal.run


def test_a_real_training_killed_twice_ends_as_if_it_had_not_been(
    tmp_path: Path, forks: "subprocess.Popen[str]"
) -> None:
    chance = random.Random(3)
    folder = RunFolder(tmp_path / RUN_ID)
    data = patterns()

    first = killed_training(forks, folder.path, 3, chance)
    second = killed_training(forks, folder.path, first.curves.epochs + 3, chance)
    ended = run(data, LONG, folder=folder, resume=True)

    through = run(data, LONG)
    assert first.curves.epochs < second.curves.epochs < LONG.training.epochs
    assert ended.started == first.started
    assert replace(ended, started=through.started, seconds=through.seconds) == through
