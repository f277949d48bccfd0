"""Run the real program in a pseudo-terminal and read its screen."""

import os
import re
import shlex
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte
from command_line import PROGRAM, SLOW_PROGRAM, WITHOUT_TENSORFLOW, bare_environment

KEYS = {"enter": "\r", "tab": "\t", "escape": "\x1b", "down": "\x1b[B", "up": "\x1b[A", "right": "\x1b[C"}
"""The characters that a terminal sends for special keys."""

MOST_SECONDS = 600.0
"""Longest wait; long, because a busy machine is slow."""

PROGRAMS = frozenset({PROGRAM[-1].encode(), WITHOUT_TENSORFLOW.encode(), SLOW_PROGRAM[-1].encode()})
"""The word by which a process is known as one of this program's."""

LATER_EPOCH = r"(?:[2-9]|[1-9]\d+)"
"""A pattern for any epoch after the first: short epochs may end before they are drawn."""


class Terminal:
    """A pseudo-terminal that runs one command.

    Args:
        command: the command and its arguments.
        folder: its current folder and home.
        columns: width.
        rows: height.
    """

    def __init__(self, command: Sequence[str], folder: Path, *, columns: int = 80, rows: int = 24) -> None:
        self.output = b""
        """All bytes sent to the terminal, including the shell's."""
        self._folder = folder
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._rows: list[str] | None = None
        # The shell ignores Ctrl-C, to read the terminal settings again after the command.
        script = f"trap : INT; stty -g > before; {shlex.join(command)}; echo $? > status; stty -g > after"
        self._child = pexpect.spawn(
            "/bin/sh",
            ["-c", script],
            cwd=folder,
            env=bare_environment(folder),
            dimensions=(rows, columns),
            timeout=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            # A training goes on without a terminal, here for nobody.
            kill_processes_in(self._folder)
        if not self._child.closed:
            self._child.close(force=True)

    @property
    def rows(self) -> list[str]:
        if self._rows is None:
            self._rows = [row.rstrip() for row in self._screen.display]
        return self._rows

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def press(self, *keys: str) -> None:
        """Press keys: characters, or names from `KEYS`."""
        for key in keys:
            self._child.send(KEYS.get(key, key))

    def send(self, data: bytes) -> None:
        """Send raw bytes to the command."""
        self._child.send(data)

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        self._rows = None
        self._child.setwinsize(rows, columns)

    def wait_for(self, what: str | Callable[["Terminal"], bool], seconds: float = MOST_SECONDS) -> None:
        """Wait until the screen matches a pattern or a condition; otherwise fail and show the screen."""
        deadline = time.monotonic() + seconds
        while not (re.search(what, self.text) if isinstance(what, str) else what(self)):
            assert time.monotonic() < deadline, f"timed out waiting for {what}; the screen shows\n{self.text}"
            self._read()

    def wait_for_end(self, seconds: float = MOST_SECONDS) -> int:
        """Wait until the command ends; return its exit status."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"it does not end; the screen shows\n{self.text}"
        return int((self._folder / "status").read_text())

    def hang_up(self) -> None:
        """Close the terminal, as when a connection drops: its processes get SIGHUP, then errors."""
        # By its owner, who would else close the number again when it is freed, whatever has the number then.
        self._child.ptyproc.fileobj.close()
        self._child.ptyproc.closed = self._child.closed = True

    def processes(self, *words: str) -> list[int]:
        """Return the process ids in this test's folder whose command has these words, parents first."""
        return processes_in(self._folder, *words)

    @property
    def settings_restored(self) -> bool:
        """Whether the terminal settings after the command equal those before it."""
        return (self._folder / "before").read_text() == (self._folder / "after").read_text()

    def _read(self) -> bool:
        """Read what arrives within a moment; return false at the end."""
        try:
            chunk = self._child.read_nonblocking(65_536, timeout=0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.output += chunk
        self._stream.feed(chunk)
        self._rows = None
        return True


def wait_until(holds: Callable[[], bool], seconds: float = MOST_SECONDS) -> None:
    """Wait until a condition holds that the screen does not show; otherwise fail."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.1)


def kill_processes_in(folder: Path) -> None:
    """Kill this program's processes in a current folder."""
    for process in processes_in(folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def processes_in(folder: Path, *words: str) -> list[int]:
    """Return the ids of this program's processes in a folder whose command has these words, parents first."""
    found = []
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().split(b"\0")
            if (process / "cwd").readlink() == folder and not PROGRAMS.isdisjoint(command):
                found += [int(process.name)] if {word.encode() for word in words} <= set(command) else []
    return found
