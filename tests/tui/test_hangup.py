"""The terminal may go: what is trained goes on without a screen, is recorded once, and the program ends by itself.

One test cuts TensorFlow off its terminal; in the others the trainings are slow ones.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import PROGRAM, SLOW_PROGRAM, WITHOUT_TENSORFLOW
from slow_trainer import HOLD
from terminal import Terminal, kill_processes_in, processes_in, wait_until

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run

pytestmark = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="the app is found by its folder in /proc")

APP = (PROGRAM[0], "-c", WITHOUT_TENSORFLOW, "--dataset", "synthetic")
"""An app that trains nothing."""

ENDLESS = 10_000
"""Epochs that take longer than any test waits."""


@contextmanager
def training(folder: Path, epochs: int, repeats: int = 1, program: Sequence[str] = SLOW_PROGRAM) -> Iterator[Terminal]:
    """Open the app in a terminal and have a tiny network trained, with so many seeds one after another."""
    with Terminal((*program, "--dataset", "synthetic", "--jobs", "1"), folder) as terminal:
        terminal.wait_for(r"▸ 2 dense 64")
        terminal.press("enter", "2", "enter", *["down"] * 4, "enter", *str(epochs), "enter")
        terminal.wait_for(rf"▸ *epochs +{epochs:,}?".replace(",", ",?"))
        terminal.press(*["down"] * 5, "enter", str(repeats), "enter")
        terminal.wait_for(rf"▸ *repeats +{repeats}")
        terminal.wait_for("ready · synthetic")
        terminal.press("t")
        terminal.wait_for(r"▶ training")
        yield terminal


def recorded(folder: Path) -> list[Run]:
    """Return the runs in the folder's notebook."""
    return list(NotebookFile(folder / "experiments.toml").read().runs)


def nobody_in(folder: Path) -> bool:
    """Whether no process of the program is left in a folder."""
    return not processes_in(folder)


@pytest.fixture
def held(folder: Path) -> Path:
    """The folder; trainings wait in it before their last epoch until `HOLD` is removed."""
    (folder / HOLD).touch()
    return folder


@pytest.fixture(autouse=True)
def tidy(folder: Path) -> Iterator[None]:
    """Nothing of a test that failed goes on without a screen."""
    yield
    kill_processes_in(folder)


def test_with_nothing_to_train_the_program_ends_with_the_line(folder: Path) -> None:
    with Terminal(APP, folder) as terminal:
        terminal.wait_for(r"▸ 2 dense 64")
        assert processes_in(folder)
        terminal.hang_up()

        wait_until(lambda: nobody_in(folder))


def epochs_of_the_training(folder: Path) -> int:
    """Return how many epochs are in the journal of the run at work."""
    pending = NotebookFile(folder / "experiments.toml").pending()
    return sum(each.run.curves.epochs for each in pending if each.alive)


def test_tensorflow_goes_on_until_sigterm_stops_it_and_it_is_recorded(folder: Path) -> None:
    with training(folder, ENDLESS, program=PROGRAM) as terminal:
        _, app, *_ = processes_in(folder)
        terminal.hang_up()

        wait_until(lambda: processes_in(folder) == [app])
        before = epochs_of_the_training(folder)
        wait_until(lambda: epochs_of_the_training(folder) > before + 3)
        os.kill(app, signal.SIGTERM)
        wait_until(lambda: nobody_in(folder))

    (run,) = recorded(folder)
    assert (run.seed, run.status, run.test is not None) == (0, "stopped", True)
    assert before + 3 < run.curves.epochs < ENDLESS


def test_the_training_and_the_queue_behind_it_go_on_are_recorded_and_the_program_ends(held: Path) -> None:
    with training(held, 8, repeats=2) as terminal:
        assert recorded(held) == []
        terminal.hang_up()

        (held / HOLD).unlink()
        wait_until(lambda: nobody_in(held))

    assert [(run.seed, run.status, run.curves.epochs) for run in recorded(held)] == [
        (0, "finished", 8),
        (1, "finished", 8),
    ]


def test_a_person_may_have_the_prompt_back_and_the_training_goes_on(held: Path) -> None:
    with training(held, 8, repeats=2) as terminal:
        terminal.press("q")
        terminal.wait_for("A training is running. 1 queued.")
        terminal.press("g")

        assert terminal.wait_for_end() == 0
        assert terminal.settings_restored
        assert recorded(held) == []
        said = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
        assert "training in the background: 2 seed 0 and 1 other;" in said

        (held / HOLD).unlink()
        wait_until(lambda: nobody_in(held))

    assert [(run.seed, run.status) for run in recorded(held)] == [(0, "finished"), (1, "finished")]


def test_what_goes_on_without_a_screen_is_seen_and_stopped_by_another_app_and_never_begun_twice(folder: Path) -> None:
    with training(folder, ENDLESS) as terminal:
        terminal.press("q", "g")
        assert terminal.wait_for_end() == 0

    with Terminal(APP, folder, columns=120, rows=40) as second:
        second.wait_for(r"▷ training elsewhere · 2 · seed 0")
        growing = len(second.output)
        second.wait_for(lambda seen: len(seen.output) > growing + 1_000)
        second.press("s")
        second.wait_for("Stop the training of another program?")
        second.press("s")
        second.wait_for("stopped by hand (in|after) epoch")
        second.press("q")
        assert second.wait_for_end() == 0

    wait_until(lambda: nobody_in(folder))
    (run,) = recorded(folder)
    assert (run.seed, run.status) == (0, "stopped")
    assert 0 < run.curves.epochs < ENDLESS


@pytest.mark.parametrize("answer", ["s", "SIGTERM"])
def test_a_stop_keeps_what_there_is_before_the_program_ends(folder: Path, answer: str) -> None:
    with training(folder, ENDLESS) as terminal:
        if answer == "s":
            terminal.press("q")
            terminal.wait_for("A training is running.")
            terminal.press("s")
        else:
            launcher, *_ = processes_in(folder)
            os.kill(launcher, signal.SIGTERM)

        assert terminal.wait_for_end() == (0 if answer == "s" else 143)
        assert terminal.settings_restored

    assert nobody_in(folder)
    assert [run.status for run in recorded(folder)] == ["stopped"]


def test_without_a_screen_sigterm_still_stops_and_records(folder: Path) -> None:
    with training(folder, ENDLESS) as terminal:
        terminal.press("q", "g")
        assert terminal.wait_for_end() == 0

    (process,) = processes_in(folder)
    os.kill(process, signal.SIGTERM)
    wait_until(lambda: nobody_in(folder))

    assert [run.status for run in recorded(folder)] == ["stopped"]


def test_a_parent_that_is_killed_costs_the_screen_and_not_the_training(held: Path) -> None:
    with training(held, 8):
        launcher, app, *_ = processes_in(held)
        os.kill(launcher, signal.SIGKILL)

        wait_until(lambda: processes_in(held) == [app])
        (held / HOLD).unlink()
        wait_until(lambda: nobody_in(held))

    assert [run.status for run in recorded(held)] == ["finished"]


def test_a_test_that_fails_leaves_nothing_at_work(folder: Path) -> None:
    with pytest.raises(AssertionError, match="seen"), training(folder, ENDLESS):
        raise AssertionError("seen")

    wait_until(lambda: nobody_in(folder))
