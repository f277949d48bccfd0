"""Run the app in a child process; restore the terminal's settings when it is killed."""

import os
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any, NamedTuple, Self

MODES_OFF = (
    "\x1b[?2026l"  # synchronized output: draw at once again
    "\x1b[?2004l"  # bracketed paste
    "\x1b[?7h"  # lines wrap
    "\x1b[?2048l"  # reports of another size
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # mouse reports
    "\x1b[<u"  # kitty's keyboard protocol, which the alternate screen has for itself
    "\x1b[?1049l"  # the alternate screen
    "\x1b[?25h"  # the cursor is hidden
    "\x1b[?1004l"  # reports of the focus
    "\x1b[0m"  # colours
)
"""Ends every terminal mode that Textual's driver sets, in its order."""


class SavedTerminal(NamedTuple):
    descriptor: int
    settings: list[Any]

    @classmethod
    def of(cls, descriptor: int) -> Self | None:
        try:
            return cls(descriptor, termios.tcgetattr(descriptor))
        except termios.error:
            return None

    def restore(self) -> None:
        """Restore the settings and end all modes, if they changed and this process group still owns the terminal."""
        with suppress(OSError, termios.error):
            if os.tcgetpgrp(self.descriptor) != os.getpgrp() or termios.tcgetattr(self.descriptor) == self.settings:
                return
            # TCSAFLUSH discards typed keys and mouse reports, which the shell must not get.
            termios.tcsetattr(self.descriptor, termios.TCSAFLUSH, self.settings)
            sys.stdout.write(MODES_OFF)
            sys.stdout.flush()


FORWARDED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""Signals forwarded to the child: a shell or a person sends them to the parent's process id."""

EXPECTED = (*FORWARDED_SIGNALS, signal.SIGPIPE)
"""Signals that end the app without a message: the sender knows why."""


def run_in_child(session: Callable[[Callable[[], None]], int], report_killed: Callable[[int], None]) -> int:
    """Run a session in a child process and return its exit status, in both processes.

    Args:
        session: the child's work, which returns an exit status. Its argument is a function that ends the parent
            with status 0, after which the child continues alone.
        report_killed: called in the parent with the signal that killed the child, once the terminal is restored.
    """
    heard = {*FORWARDED_SIGNALS, signal.SIGUSR1}
    terminal = SavedTerminal.of(0)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return session(partial(_let_go, parent))
    for number in FORWARDED_SIGNALS:
        signal.signal(number, partial(_pass_on, child))
    signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code = _end_of(child)
    if code >= 0:
        return code
    if terminal:
        terminal.restore()
    if -code not in EXPECTED:
        report_killed(-code)
    return 128 - code


def _let_go(parent: int) -> None:
    if os.getppid() == parent:
        with suppress(ProcessLookupError):
            os.kill(parent, signal.SIGUSR1)


def _pass_on(child: int, number: int, frame: FrameType | None) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, number)
    if number == signal.SIGHUP:
        os._exit(128 + number)


def _end_of(child: int) -> int:
    """Wait for the child, stopping when it stops; return its exit status, or minus its signal's number."""
    while True:
        _, state = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(state):
            return os.waitstatus_to_exitcode(state)
        if _is_continued(child):
            continue
        os.kill(os.getpid(), signal.SIGSTOP)
        # A shell continues the whole job; SIGCONT to this process alone must be forwarded.
        continued, state = os.waitpid(child, os.WNOHANG | os.WCONTINUED)
        if not continued:
            os.kill(child, signal.SIGCONT)
        elif not os.WIFCONTINUED(state):
            return os.waitstatus_to_exitcode(state)


def _is_continued(child: int) -> bool:
    """Whether a stopped child is being continued: the shell continues the whole job, this process perhaps before it."""
    for _ in range(5):
        if os.waitid(os.P_PID, child, os.WCONTINUED | os.WNOHANG | os.WNOWAIT):
            os.waitpid(child, os.WCONTINUED)
            return True
        time.sleep(0.01)
    return False
