"""Textual's terminal driver, made to survive invalid input, Ctrl-Z, `bg` and `fg`.

Follows the internals of Textual's `LinuxDriver`, whose version is pinned. Textual's own reading thread ends the app on
invalid UTF-8 or key sequences, its driver cannot stay in the background, and it enters the terminal on every SIGCONT.
"""

import errno
import os
import selectors
from codecs import getincrementaldecoder

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Event, Paste
from textual.message import Message

from fmnist_tui.engine.clock import running_clock, stop_process

READ_SECONDS = 0.1


class TerminalReader:
    """Turns a terminal's bytes into events; ignores invalid ones.

    Reads pastes itself: Textual's parser takes ESC in them for keys, and text after it is lost or acts as keys.
    """

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="ignore")
        self._parser = XTermParser()
        self._parsed_last = ""
        """The last characters parsed: a paste's start may come in pieces."""
        self._pasted: str | None = None
        """What has come of a paste that is not at its end."""

    def read(self, data: bytes) -> list[Message]:
        """`data` may end within a character, a key sequence or a paste."""
        events: list[Message] = []
        text = self._decoder.decode(data)
        while text:
            if self._pasted is None:
                known = len(self._parsed_last)
                keys, start, rest = (self._parsed_last + text).partition(BRACKETED_PASTE_START)
                events += self._parse((keys + start)[known:])
                self._parsed_last = "" if start else keys[1 - len(BRACKETED_PASTE_START) :]
                self._pasted, text = ("" if start else None), rest
            else:
                pasted, end, text = (self._pasted + text).partition(BRACKETED_PASTE_END)
                self._pasted = None if end else pasted
                if end:
                    events += (event for event in self._parse(end) if not isinstance(event, Paste))
                    events.append(Paste(pasted.replace("\0", "")))
        return events + self._parse("")

    def _parse(self, text: str) -> list[Message]:
        events: list[Message] = []
        try:
            if text:
                events.extend(self._parser.feed(text))
            events.extend(self._parser.tick())
        except (ValueError, OverflowError):
            self._parser = _new_parser(self._parser)
        return events


def _new_parser(broken: XTermParser) -> XTermParser:
    parser = XTermParser()
    for name in ("last_x", "last_y", "mouse_pixels", "terminal_size", "terminal_pixel_size"):
        setattr(parser, name, getattr(broken, name))
    return parser


class TerminalDriver(LinuxDriver):
    class StopWanted(Event):
        """SIGTSTP: the process should stop."""

    class Continued(Event):
        """The process was stopped while drawing, and runs again."""

    away = False
    """Whether a shell or another program has the terminal: nothing is read or drawn."""
    stop_wanted = False
    _continued = False

    def in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return False

    def leave(self, words: str) -> None:
        """Restore the terminal and print a line on its normal screen."""
        self.suspend_application_mode()
        self.away = True
        print(words, file=self._file, flush=True)

    def stop(self) -> bool:
        """Stop this process until it is continued; return False without a shell that could continue it."""
        self._continued = False
        stop_process()
        self.stop_wanted = False
        return self._continued

    def come_back(self) -> bool:
        """Enter the terminal again if it was left and is in the foreground; return whether it did."""
        if not self.away or not self.in_foreground():
            return False
        self.away = False
        self.start_application_mode()  # type: ignore[no-untyped-call]
        return True

    def renew(self) -> None:
        """Enter the terminal again after SIGCONT, since a shell may have used it."""
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
        if not self.away:
            super().write(data)

    def stop_application_mode(self) -> None:
        if not self.away:
            super().stop_application_mode()

    def _sigtstp_application(self, *_: object) -> None:
        self.stop_wanted = True
        self.send_message(self.StopWanted())

    def _sigcont_application(self, *_: object) -> None:
        self._continued = True
        running_clock.leave_out_stop()
        if not self.away:
            self.send_message(self.Continued())

    def _run_input_thread(self) -> None:
        """Let an error crash the app with a message, not only the thread."""
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(_raise, error)

    def run_input_thread(self) -> None:
        reader = TerminalReader()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = b""
                if selector.select(READ_SECONDS) and not (data := self._read()):
                    self.exit_event.wait(READ_SECONDS)  # the terminal is gone; `AppExit` notices
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
