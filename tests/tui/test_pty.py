"""The real program in a real terminal: it draws, answers keys, trains, and leaves the terminal as it was."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import PROGRAM, WITHOUT_TENSORFLOW
from terminal import Terminal

from fmnist_tui.lab.notebook.file import NotebookFile

APP = (*PROGRAM, "--dataset", "synthetic")

LOG = re.compile(rb"tensorflow/|TF_ENABLE|oneDNN|cuda|CUDA|XLA|WARNING|E0000|I0000|absl|Traceback")
"""What TensorFlow's logs and Python's errors look like."""

WRITES_TO_DESCRIPTOR_2 = """
import os
from fmnist_tui.tui import loading

def speak():
    os.write(2, b"a library speaks on its own\\n" * 3)
    return loading.TensorFlowLoaded()

loading.load_tensorflow = speak
from fmnist_tui.cli import main
main()
"""
"""The program with a library, in TensorFlow's place, that writes on descriptor 2 as it is loaded."""

LOADS_FOR_EVER = """
from threading import Event
from fmnist_tui.tui import loading

loading.load_tensorflow = Event().wait
from fmnist_tui.cli import main
main()
"""
"""The program with a library, in TensorFlow's place, that is never loaded."""

BREAKS = f"""
from fmnist_tui.tui.editor.pane import ArchitecturePane

def explanation(self):
    raise ValueError("nothing can be explained")

ArchitecturePane.explanation = explanation
{WITHOUT_TENSORFLOW}
"""
"""The program with an error of its own: `?` breaks it."""


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The app in a terminal of 80×24, its panes drawn."""
    with Terminal(APP, folder) as opened:
        opened.wait_for("2 Training.*\n.*3 History")
        yield opened


def assert_restored(terminal: Terminal) -> None:
    """Assert that the terminal is as it was before the program, and never showed a log."""
    left = terminal.output.rpartition(b"\x1b[?1049l")
    assert left[1], "the alternate screen was not left"
    assert terminal.output.rfind(b"\x1b[?25h") > terminal.output.rfind(b"\x1b[?25l"), "the cursor stays hidden"
    for mode in (b"1000", b"1003", b"2004"):
        assert terminal.output.rfind(b"\x1b[?%sl" % mode) > terminal.output.rfind(b"\x1b[?%sh" % mode)
    assert terminal.settings_restored
    assert not LOG.search(terminal.output)


def test_a_narrow_terminal_is_never_drawn_as_a_wide_one(folder: Path) -> None:
    in_the_charts = b"no data yet"

    with Terminal((PROGRAM[0], "-c", WITHOUT_TENSORFLOW, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("2 Training.*\n.*3 History")
        assert in_the_charts not in terminal.output

        terminal.press("tab")
        terminal.wait_for(in_the_charts.decode())
        assert in_the_charts in terminal.output


def test_once_round_edit_train_watch_find_the_result_and_leave(terminal: Terminal, folder: Path) -> None:
    terminal.wait_for("SYNTHETIC GARMENTS")
    terminal.press("a")
    terminal.wait_for("add a layer")
    terminal.press("d")
    terminal.wait_for("▸ ?3 dense 64")
    terminal.press("enter", "1", "6", "enter")
    terminal.wait_for("51,450 parameters")
    terminal.press("down", "down", "down", "down", "enter", "2", "enter")
    terminal.wait_for(r"▸ *epochs +2\b")
    terminal.wait_for("ready · synthetic")

    terminal.press("t", "tab")
    terminal.wait_for("┏━ 2 Training")
    terminal.wait_for(r"epoch   2   loss \d\.\d+  acc 0\.\d+   val loss \d\.\d+  acc 0\.\d+")
    terminal.wait_for("finished · test accuracy 0")
    assert any("\u2801" <= each <= "\u28ff" for each in terminal.text), "no curve is drawn"

    terminal.press("tab")
    terminal.wait_for("┏━ 3 History.*\n.*\n.*64-16")
    terminal.resize(140, 45)
    terminal.wait_for("1 Architecture.*━ ?2 Training|1 Architecture.*─ 2 Training")
    terminal.wait_for("1 experiment · 1 run")
    terminal.press("q")

    assert terminal.wait_for_end() == 0
    assert_restored(terminal)
    (run,) = NotebookFile(folder / "experiments.toml").read().runs
    said = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    assert f"{run.id}  64-16  seed 0  finished  test accuracy" in said
    assert "1 run in experiments.toml" in said
    assert (run.status, run.curves.epochs, run.recipe.dataset, run.parameters) == ("finished", 2, "synthetic", 51_450)


def test_leaving_while_tensorflow_is_loading_gives_the_terminal_back_at_once(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.wait_for(lambda seen: b"\x1b[?1049l" in seen.output)

    assert terminal.wait_for_end() == 0
    assert_restored(terminal)


def test_leaving_waits_for_no_library_that_is_loading(folder: Path) -> None:
    with Terminal((PROGRAM[0], "-c", LOADS_FOR_EVER, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("loading TensorFlow")
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    assert_restored(terminal)


def test_what_a_library_writes_on_descriptor_2_never_reaches_the_terminal(folder: Path) -> None:
    command = (PROGRAM[0], "-c", WRITES_TO_DESCRIPTOR_2, "--dataset", "synthetic")

    with Terminal(command, folder) as terminal:
        terminal.wait_for("ready · synthetic")
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    assert_restored(terminal)
    assert b"a library speaks" not in terminal.output
    (log,) = folder.rglob("stderr.log")
    assert log.read_text().count("a library speaks on its own\n") == 3


def test_an_app_that_breaks_says_where_its_error_stands(folder: Path) -> None:
    with Terminal((PROGRAM[0], "-c", BREAKS, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("▸ 2 dense 64")
        terminal.press("?")
        assert terminal.wait_for_end() == 1

    assert_restored(terminal)
    (log,) = folder.rglob("stderr.log")
    assert "nothing can be explained" in log.read_text()
    assert f"the app crashed; details in {log}" in terminal.text.replace("\n", "")
