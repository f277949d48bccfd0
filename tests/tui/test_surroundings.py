"""The app and the commands in a terminal, with variables, descriptors and folders that mislead."""

import re
import shlex
from pathlib import Path

import pytest
from command_line import PROGRAM, WITHOUT_TENSORFLOW
from fake_program import QUICK_PROGRAM, fill
from terminal import Terminal

APP = (PROGRAM[0], "-c", WITHOUT_TENSORFLOW, "--dataset", "synthetic")

BREAKS = f"""
from fmnist_tui.tui.editor.pane import ArchitecturePane

def explanation(self):
    raise ValueError("nothing can be explained")

ArchitecturePane.explanation = explanation
{WITHOUT_TENSORFLOW}
"""
"""The program with an error of its own: `?` breaks it."""

DRAWN = "1 Architecture(.*\n)*.*3 History"


def redirected(command: tuple[str, ...], redirections: str) -> tuple[str, ...]:
    """Return a command with its descriptors redirected by a shell."""
    return ("/bin/sh", "-c", f"exec {shlex.join(command)} {redirections}")


def assert_said_in_one_line(terminal: Terminal, words: str) -> None:
    """Assert that the program ended with status 2 and one line, and sent nothing that acts on a terminal."""
    assert terminal.wait_for_end() == 2
    text = terminal.output.decode()
    assert text.startswith("fmnist-tui: ")
    assert words in text
    assert text.count("\n") == 1
    assert "\x1b" not in text


def test_the_app_follows_the_terminal_and_no_exported_size(folder: Path) -> None:
    with Terminal(("env", "COLUMNS=200", "LINES=60", *APP), folder) as terminal:
        terminal.wait_for("2 Training.*\n.*3 History")
        terminal.resize(140, 45)
        terminal.wait_for("1 Architecture.*━ ?2 Training|1 Architecture.*─ 2 Training")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_a_command_follows_the_terminal_and_no_exported_size(folder: Path) -> None:
    fill(folder, name="a name of many words " * 4)

    with Terminal(("env", "COLUMNS=30", *QUICK_PROGRAM, "list"), folder, columns=160) as terminal:
        assert terminal.wait_for_end() == 0

    assert len(terminal.rows[1]) > 100


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_its_cursor_is_told_so(folder: Path, kind: str) -> None:
    with Terminal(("env", f"TERM={kind}", *APP), folder) as terminal:
        assert_said_in_one_line(terminal, "needs a terminal that can move its cursor")


@pytest.mark.parametrize(
    "words",
    [("list",), ("show", "aaaa1"), ("compare", "64 units", "32"), ("train", "64"), ("--help",)],
    ids=" ".join,
)
def test_commands_only_write_lines_on_such_a_terminal(folder: Path, words: tuple[str, ...]) -> None:
    fill(folder)

    with Terminal(("env", "TERM=dumb", *QUICK_PROGRAM, *words), folder) as terminal:
        assert terminal.wait_for_end() == 0

    assert terminal.output
    assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("words", [("list",), ("show", "aaaa1"), ("train", "64")], ids=" ".join)
def test_commands_use_no_colour_where_a_person_wants_none(folder: Path, words: tuple[str, ...]) -> None:
    fill(folder)
    colour = re.compile(rb"\x1b\[(?:\d+;)*[349]\d(?:;\d+)*m")

    with Terminal((*QUICK_PROGRAM, *words), folder) as terminal:
        assert terminal.wait_for_end() == 0
    if words == ("train", "64"):
        assert colour.search(terminal.output), "there is no colour to do without"
    with Terminal(("env", "NO_COLOR=1", *QUICK_PROGRAM, *words), folder) as terminal:
        assert terminal.wait_for_end() == 0
        assert not colour.search(terminal.output)


def test_without_standard_input_there_is_no_app(folder: Path) -> None:
    with Terminal(redirected(APP, "<&-"), folder) as terminal:
        assert_said_in_one_line(terminal, "needs a terminal")


@pytest.mark.parametrize("redirections", ["2> errors", "2>&-"])
def test_the_app_is_seen_where_standard_error_leads_elsewhere(folder: Path, redirections: str) -> None:
    with Terminal(redirected((*PROGRAM, "--dataset", "synthetic"), redirections), folder) as terminal:
        terminal.wait_for(DRAWN)
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    assert not (folder / "errors").exists() or (folder / "errors").read_bytes() == b""


@pytest.mark.parametrize("home", ["/proc", "/dev/null", "", "some/where"])
def test_the_app_does_without_a_home(folder: Path, home: str) -> None:
    with Terminal(("env", f"HOME={home}", *APP), folder) as terminal:
        terminal.wait_for(DRAWN)
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    assert {each.name for each in folder.iterdir()} == {"before", "after", "status"}


def test_an_app_that_breaks_without_a_log_says_so(folder: Path) -> None:
    with Terminal(("env", "HOME=/dev/null", PROGRAM[0], "-c", BREAKS, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("▸ 2 dense 64")
        terminal.press("?")
        assert terminal.wait_for_end() == 1
        terminal.wait_for("the app crashed; no log could be written")


def test_a_current_folder_that_is_gone_is_said_in_a_line(folder: Path) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && exec {shlex.join(APP)}"

    with Terminal(("/bin/sh", "-c", script), folder) as terminal:
        assert_said_in_one_line(terminal, "current folder is gone")


def test_the_app_is_drawn_in_any_locale(folder: Path) -> None:
    ascii_only = ("LC_ALL=C", "LANG=C", "PYTHONCOERCECLOCALE=0", "PYTHONUTF8=0")

    with Terminal(("env", *ascii_only, *APP), folder) as terminal:
        terminal.wait_for("┏━ 1 Architecture")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
