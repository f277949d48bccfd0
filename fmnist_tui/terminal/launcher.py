"""Run the app in a child process, so that the shell can get its prompt back while the app goes on.

A process that has loaded TensorFlow cannot be forked, and one that a shell waits for cannot leave its job. So the
program forks while it is small and has one thread. The child becomes the app; the parent waits, stops and ends as
the child does. To go on without a screen, the child ends the parent, and the shell shows its prompt. When the child
is killed, the parent restores the terminal.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType

from fmnist_tui.terminal.saved_terminal import SavedTerminal

FORWARDED_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""Signals forwarded to the child: a shell or a person sends them to the parent's process id."""

EXPECTED = (*FORWARDED_SIGNALS, signal.SIGPIPE)
"""Signals that end the app without a message: the sender knows why."""


def launched(session: Callable[[Callable[[], None]], int], report_killed: Callable[[int], None]) -> int:
    """Run a session in a child process and return its exit status, in both processes.

    Args:
        session: the child's work, which returns an exit status. Its argument is a function that ends the parent
            with status 0, after which the child goes on alone.
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
        os.kill(os.getpid(), signal.SIGSTOP)
        # A shell continues the whole job; SIGCONT to this process alone must be forwarded.
        continued, state = os.waitpid(child, os.WNOHANG | os.WCONTINUED)
        if not continued:
            os.kill(child, signal.SIGCONT)
        elif not os.WIFCONTINUED(state):
            return os.waitstatus_to_exitcode(state)
