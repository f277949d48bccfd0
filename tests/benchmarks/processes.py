"""Whole processes as a person starts them: how long each took, and how much memory it held at most."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from the_script import Clock, Script, widths_of

EPOCHS = 10


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took."""

    seconds: float
    """From its start to its end, imports included."""
    megabytes: float
    """The most memory that it held at once (its resident set)."""


def spent(command: Sequence[str], folder: Path) -> Spent:
    """Run a command to its end in a folder and return what it took.

    Raises:
        RuntimeError: a command that fails; its message is what it printed.
    """
    began = time.perf_counter()
    with (folder / "printed.txt").open("w+b") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(printed.read().decode(errors="replace"))
    kilobytes = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss
    return Spent(seconds, kilobytes / 1000)


def script_command(shorthand: str) -> list[str]:
    """Return the command that runs the lab report's script for one network."""
    return [sys.executable, str(Path(__file__).resolve()), shorthand]


def program_command(*words: str) -> list[str]:
    """Return the command that runs fmnist-tui with words."""
    return [str(Path(sys.executable).with_name("fmnist-tui")), *words]


def as_printed(script: Script, shorthand: str) -> None:
    """Build, fit and evaluate as the report's script does."""
    model = script.network(widths_of(shorthand))
    script.fit(model, EPOCHS, Clock())
    model.evaluate(script.x_test, script.data.y_test, verbose=0)


if __name__ == "__main__":
    as_printed(Script(), sys.argv[1])
