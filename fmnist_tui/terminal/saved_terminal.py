"""Save a terminal's settings, to restore them when the app is killed."""

import os
import sys
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

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


@dataclass(frozen=True, slots=True)
class SavedTerminal:
    descriptor: int
    settings: list[Any]

    @classmethod
    def of(cls, descriptor: int) -> Self | None:
        """Return the terminal behind a descriptor; None where there is none."""
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
