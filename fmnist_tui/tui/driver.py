"""The terminal as Textual drives it, made to last through any input, and through Ctrl-Z, `bg` and `fg`.

It follows the internals of Textual's `LinuxDriver`, which is pinned to one version. Three things differ. Textual's
reading thread ends the app at the first byte that is not UTF-8, or at a key sequence that its parser cannot read: here
such input is ignored. Textual's app cannot run in the background: here it can, and draws nothing there. And Textual
enters the terminal again at each SIGCONT, once more even where it never left it.
"""

import errno
import os
import selectors
import signal
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Event
from textual.message import Message

from fmnist_tui.engine.clock import running_clock

READ_SECONDS = 0.1
"""How often the reading thread looks whether it is to end."""


class TerminalReader:
    """Makes events of a terminal's bytes; what is not UTF-8, or no key sequence, is ignored."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="ignore")
        self._parser = XTermParser()

    def read(self, data: bytes) -> list[Message]:
        """Return the events of some bytes, which may end within a character or a key sequence."""
        events: list[Message] = []
        text = self._decoder.decode(data)
        try:
            if text:
                events.extend(self._parser.feed(text))
            events.extend(self._parser.tick())
        except (ValueError, OverflowError):
            self._parser = _fresh(self._parser)
        return events


def _fresh(broken: XTermParser) -> XTermParser:
    """Return a parser in place of one that cannot go on after an error, which knows of the terminal what that knew."""
    parser = XTermParser()
    for name in ("last_x", "last_y", "mouse_pixels", "terminal_size", "terminal_pixel_size"):
        setattr(parser, name, getattr(broken, name))
    return parser


class TerminalDriver(LinuxDriver):
    """Drives the terminal while this process is in its foreground, and leaves it alone in the background."""

    class StopWanted(Event):
        """The process is to stop, as a shell would have it."""

    class Continued(Event):
        """The process was stopped in the midst of drawing, and runs again."""

    away = False
    """Whether the terminal is a shell's, or another program's: nothing is read or drawn."""
    stop_wanted = False
    """Whether the process is to stop and has not yet."""
    _continued = False

    def in_foreground(self) -> bool:
        """Whether the terminal is this process's to use."""
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return False

    def leave(self, words: str) -> None:
        """Give the terminal back as it was before the app, and write a line on its normal screen."""
        self.suspend_application_mode()
        self.away = True
        print(words, file=self._file, flush=True)

    def stop(self) -> bool:
        """Stop this process until it is continued; return whether it was.

        Where no shell could continue it, the system does not stop it.
        """
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        self._continued = False
        with running_clock.stopped():
            signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, before)
        self.stop_wanted = False
        return self._continued

    def come_back(self) -> bool:
        """Enter the terminal again, if it is left and this process's to use; return whether that was done."""
        if not self.away or not self.in_foreground():
            return False
        self.away = False
        self.start_application_mode()  # type: ignore[no-untyped-call]
        return True

    def renew(self) -> None:
        """Enter the terminal once more, unless it is left: for all that is known a shell has used it meanwhile."""
        if self.away:
            return
        if self.in_foreground():
            self.suspend_application_mode()
            self.start_application_mode()  # type: ignore[no-untyped-call]
        else:
            self.away = True
            self.exit_event.set()
            if self._key_thread is not None:
                self._key_thread.join()
            self.exit_event.clear()
            self.close()

    def write(self, data: str) -> None:
        """Write to the terminal, unless it is left."""
        if not self.away:
            super().write(data)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, unless it is left."""
        if not self.away:
            super().stop_application_mode()

    def _sigtstp_application(self, *_: object) -> None:
        self.stop_wanted = True
        self.send_message(self.StopWanted())

    def _sigcont_application(self, *_: object) -> None:
        self._continued = True
        if not self.away:
            self.send_message(self.Continued())

    def _run_input_thread(self) -> None:
        """Read keys; an error in the reading is one of the app, which breaks off and says so."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(_raise, error)

    def run_input_thread(self) -> None:
        """Read the terminal and dispatch events, until `exit_event` is set."""
        reader = TerminalReader()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = b""
                if selector.select(READ_SECONDS) and not (data := self._read()):
                    self.exit_event.wait(READ_SECONDS)  # the terminal is gone, which the app notices by itself
                for event in reader.read(data):
                    self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError as error:
            if error.errno == errno.EIO:
                return b""
            raise


def _raise(error: Exception) -> None:
    raise error
