"""Commands as a test calls them: in this process, or as a program of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-c", "from fmnist_tui.cli import main; main()")
"""The program as a command, whether or not its script is on the path."""

PERSONAL = ("FMNIST_TUI", "XDG", "KERAS", "TEXTUAL_THEME", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES")
"""How variables begin that would make a test depend on who runs it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind: its exit status and what it wrote."""

    status: int
    out: str
    err: str

    def assert_mendable(self, *words: str) -> None:
        """Assert that it failed as what a person can mend does: status 2, one line on standard error, which has words.

        Nothing stands on standard output, and nothing of Python shows.
        """
        assert self.status == 2
        assert self.out == ""
        assert self.err.startswith("fmnist-tui: ")
        assert self.err.endswith("\n")
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err
        assert self.err[:-1].isprintable()
        for each in words:
            assert each in self.err


Call = Callable[..., Outcome]
"""Takes a command's words and runs it in this process."""


def bare_environment(home: Path) -> dict[str, str]:
    """Return this process's variables with a home of its own and an ordinary terminal.

    None is left by which a person would set the program, its colours or its data, and no download is tried.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PERSONAL)}
    return kept | {"HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color", "FMNIST_TUI_OFFLINE": "1"}


def move_into(parent: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one, and its neighbour the home, without variables that would tell of others."""
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


def call_apart(*words: str, folder: Path, **variables: str) -> Outcome:
    """Run a command as a program of its own in a folder, which is also its home."""
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=bare_environment(folder) | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
