"""Commands called in this process, in a folder of their own, with a trainer that costs no time."""

import sys
from pathlib import Path

import pytest
from command_line import Call, Outcome

from fmnist_tui.cli import main


@pytest.fixture(autouse=True)
def apart(folder: Path) -> None:
    """Each test is in a folder of its own."""


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process, with the words that would follow the program's name."""

    def call_here(*words: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["fmnist-tui", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, written.out, written.err)

    return call_here
