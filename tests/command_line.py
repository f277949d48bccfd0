"""Run commands in this process or as a program of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-c", "from fmnist_tui.cli import main; main()")
"""The program as a command that works without the installed script."""

WITHOUT_TENSORFLOW = f"""
from fmnist_tui.tui import loading

loading.load_tensorflow = loading.TensorFlowLoaded
{PROGRAM[-1]}
"""
"""Code of the program whose app loads no TensorFlow: it can do all but train, and costs half as much."""

SLOW_PROGRAM = (sys.executable, str(Path(__file__).with_name("slow_program.py")))
"""The program with trainings that take their time and hardly a processor, as a command."""

WITH_SLOW_TRAININGS = f"""
import sys

sys.path.insert(0, {str(Path(__file__).parent)!r})
import slow_program
from fmnist_tui.cli import main

if __name__ == "__main__":
    main()
"""
"""Code of a script that is the same program."""

PERSONAL = (
    "FMNIST_TUI",
    "LANGUAGE",
    "LC_",
    "XDG",
    "KERAS",
    "TEXTUAL_THEME",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLORTERM",
    "COLUMNS",
    "LINES",
)
"""Prefixes of variables that would make a test depend on the user's settings."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A command's exit status and output."""

    status: int
    out: str
    err: str

    def assert_mendable(self, *words: str) -> None:
        """Assert that it failed with a `UserError`: status 2, one line on standard error with these words.

        Standard output is empty, and there is no traceback.
        """
        assert self.status == 2
        assert self.out == ""
        assert self.err.startswith("fmnist-tui: ")
        assert self.err.endswith("\n")
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err
        assert self.err[:-1].isprintable()
        for word in words:
            assert word in self.err


Call = Callable[..., Outcome]
"""Runs a command, given its words, in this process."""


def bare_environment(home: Path) -> dict[str, str]:
    """Return this process's variables with another home and an ordinary terminal, without the user's settings.

    Downloads are switched off.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PERSONAL)}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", "FMNIST_TUI_OFFLINE": "1"}


def move_into(parent: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one and another the home, without the user's settings."""
    home, here = parent / "home", parent / "here"
    home.mkdir()
    here.mkdir()
    bare = bare_environment(home)
    for variable in os.environ.keys() - bare.keys():
        monkeypatch.delenv(variable)
    for variable, value in bare.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(here)
    return here


def call_apart(*words: str, folder: Path, program: Sequence[str] = PROGRAM, **variables: str) -> Outcome:
    """Run a command as a program of its own, in a folder that is also its home."""
    result = subprocess.run(
        [*program, *words],
        cwd=folder,
        env=bare_environment(folder) | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(result.returncode, result.stdout, result.stderr)


@contextmanager
def running_apart(*words: str, folder: Path, program: Sequence[str] = PROGRAM) -> Iterator["subprocess.Popen[str]"]:
    """Run a command in a session of its own, so that signals reach it alone; kill it at the end.

    As `call_apart` otherwise.
    """
    with subprocess.Popen(
        [*program, *words],
        cwd=folder,
        env=bare_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
