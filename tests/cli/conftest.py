"""Commands called in this process, in a folder of their own, with a trainer that costs no time."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Call, Outcome
from program_server import MATPLOTLIB, ProgramServer

from fmnist_tui.cli.program import run_program
from fmnist_tui.engine import cores, memory
from fmnist_tui.engine.parallel import limits


@pytest.fixture(autouse=True)
def apart(folder: Path) -> None:
    """Each test is in a folder of its own."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramServer]:
    """Runs commands with descriptors, variables and a current folder of their own."""
    running = ProgramServer(*MATPLOTLIB, MPLCONFIGDIR=str(tmp_path_factory.mktemp("matplotlib")))
    yield running
    running.close()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process, with the words that would follow the program's name."""

    def call_here(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["fmnist-tui", *words])
        capsys.readouterr()
        status = run_program()
        written = capsys.readouterr()
        return Outcome(status, written.out, written.err)

    return call_here


@pytest.fixture(autouse=True)
def without_a_limit_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where these tests run may be a machine that `train` has a sentence about."""
    usable = max(cores.usable_cores(), 2)
    for of in (cores, limits):
        monkeypatch.setattr(of, "cores", lambda: cores.Cores(usable, usable))
    monkeypatch.setattr(memory, "most_workers", lambda: 1_000)
