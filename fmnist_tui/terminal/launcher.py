"""The app as a child of the process that a shell waits for, so that it can give the prompt back and live on.

A process that has loaded TensorFlow cannot be forked, and one that a shell waits for cannot leave its job. So the
program forks while it is still small and has one thread: the child becomes the app, in the same terminal and the same
foreground; the parent, a few megabytes, waits as the shell does, stops when the child is stopped and ends as it ends.
When the child goes on without a screen it lets the parent go, the shell has its prompt, and nothing was handed over:
the training in the child has not noticed. When the child is killed, the parent gives the terminal back.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType

from fmnist_tui.terminal.saved_terminal import SavedTerminal

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
"""What is said to the parent alone, because its number is the one that a shell knows, and is meant for the app."""

EXPECTED = (*PASSED_ON, signal.SIGPIPE)
"""What ends an app that is not yet there to answer it: whoever sent it knows why."""


def launched(session: Callable[[Callable[[], None]], int], tell_killed: Callable[[int], None]) -> int:
    """Run a session in a child of this process and return its exit status: in both processes.

    Args:
        session: the child's work, which returns an exit status. It is given a function that ends the parent with
            status 0: the child lives on without it.
        tell_killed: given the signal that has killed the child, in the parent, once the terminal is restored.
    """
    heard = {*PASSED_ON, signal.SIGUSR1}
    terminal = SavedTerminal.of(0)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return session(partial(_let_go, parent))
    for number in PASSED_ON:
        signal.signal(number, partial(_pass_on, child))
    signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code = _end_of(child)
    if code >= 0:
        return code
    if terminal:
        terminal.restore()
    if -code not in EXPECTED:
        tell_killed(-code)
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
    """Wait for the child, stopping whenever it is stopped; return its exit status, or its signal's number below 0."""
    while True:
        _, state = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(state):
            return os.waitstatus_to_exitcode(state)
        os.kill(os.getpid(), signal.SIGSTOP)
        # A shell says it to the whole job; what somebody says to this process alone is meant for the child.
        continued, state = os.waitpid(child, os.WNOHANG | os.WCONTINUED)
        if not continued:
            os.kill(child, signal.SIGCONT)
        elif not os.WIFCONTINUED(state):
            return os.waitstatus_to_exitcode(state)
