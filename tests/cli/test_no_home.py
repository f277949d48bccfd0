"""Without a home, or with one that cannot be written to, every command does without; nothing is made in its place."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from command_line import Outcome, bare_environment
from fake_program import COMMAND_LINES, QUICK_PROGRAM, fill
from program_server import ProgramServer

from fmnist_tui.cli.program import corrected_environment

UNKNOWN = """
import pwd

def unknown(number):
    raise KeyError(number)

pwd.getpwuid = unknown
"""
"""Lets the system not know the user."""
ONE_AFTER_ANOTHER = f"""{UNKNOWN}
import json, sys

from fake_program import install_fakes
import os
from fmnist_tui.cli.program import corrected_environment, run_program

install_fakes()
statuses = []
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    with corrected_environment(os.environ):
        statuses.append(run_program())
print(*statuses, file=sys.stderr)
"""
"""A program that runs commands for a user whom the system does not know, and ends with their statuses."""

HOMES = {
    "unset": None,
    "empty": "",
    "relative": "some/where",
    "null device": os.devnull,
    "not there": "/none/such",
    "not writable": "/proc",
}


def variables_of(folder: Path, home: str | None) -> dict[str, str]:
    """Return the environment's variables with that home."""
    variables = bare_environment(folder)
    del variables["HOME"]
    variables.pop("MPLCONFIGDIR", None)
    return variables | {"XDG_CONFIG_HOME": "config"} | ({} if home is None else {"HOME": home})


@pytest.fixture(scope="module")
def server() -> Iterator[ProgramServer]:
    """A server whose forks import Matplotlib themselves, which makes itself a folder then."""
    running = ProgramServer()
    yield running
    running.close()


STARTED = {home: tuple(COMMAND_LINES) if home == "unset" else ("config",) for home in HOMES}
"""The commands that a program with each home runs from its start; what is imported then may look for a home."""
LOOK_FOR_A_HOME = ("train", "predict", "data", "init", "doctor")
"""The commands that read or write in a home: settings, data. Matplotlib, which `export` imports, takes seconds."""
FORKED = {home: (*LOOK_FOR_A_HOME, "export") if home == "empty" else LOOK_FOR_A_HOME for home in HOMES} | {
    "not writable": tuple(COMMAND_LINES)
}
"""The commands that are forked from one program with each home."""


@pytest.mark.parametrize("home", HOMES)
def test_every_command_does_without(folder: Path, server: ProgramServer, home: str) -> None:
    fill(folder)
    before = {each.name for each in folder.iterdir()}
    variables = variables_of(folder, HOMES[home])

    started = start(folder, [COMMAND_LINES[command] for command in STARTED[home]], variables)
    forked = {
        command: server.run(words, folder, variables, first=UNKNOWN)
        for command, words in COMMAND_LINES.items()
        if command in FORKED[home] and command not in STARTED[home]
    }

    assert started.err.splitlines()[-1].split() == ["0"] * len(STARTED[home]), started.err
    for done in (started, *forked.values()):
        assert done.status == 0, done.err
        assert "Traceback" not in done.err
        assert "atplotlib" not in done.err
    made = {each.name for each in folder.iterdir()} - before
    exported = {"report.md", "report-figures"} if "export" in (*STARTED[home], *FORKED[home]) else set()
    assert made == exported | {"new.toml"}


def start(folder: Path, commands: Sequence[tuple[str, ...]], variables: dict[str, str]) -> Outcome:
    """Start a program that runs commands for a user whom the system does not know."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps(commands)],
        cwd=folder,
        env=variables | {"PYTHONPATH": str(Path(QUICK_PROGRAM[1]).parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("words", [("data",), ("data", "--fetch")], ids=" ".join)
def test_a_download_without_a_home_is_a_mistake_that_says_what_to_set(folder: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [*QUICK_PROGRAM, *words],
        cwd=folder,
        env=variables_of(folder, ""),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "no home folder" in line
    assert "--data" in line
    assert list(folder.iterdir()) == []


def test_matplotlib_has_a_folder_of_its_own_for_as_long_as_there_is_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    variables = {"HOME": "", "XDG_CACHE_HOME": "here", "XDG_STATE_HOME": "/there", "COLUMNS": "80"}

    with corrected_environment(variables):
        lent = Path(variables.pop("MPLCONFIGDIR"))
        assert lent.is_dir()

    assert not lent.exists()
    assert variables["HOME"] == os.devnull
    assert "XDG_CACHE_HOME" not in variables
    assert variables["XDG_STATE_HOME"] == "/there"
