"""The program: what its command line asks for, and the status that it exits with."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from fmnist_tui.cli.opening import open_app, read_opening
from fmnist_tui.cli.telling import tell
from fmnist_tui.lab.errors import Mendable


def main() -> None:
    """Run the program and exit with its status: 0 done, 1 a training failed, 2 to be mended, 130 interrupted."""
    status = run_program()
    if "tensorflow" in sys.modules:
        _leave_at_once(status)
    sys.exit(status)


def _leave_at_once(status: int) -> NoReturn:
    """End the process without taking TensorFlow to pieces, which takes most of a second, for nothing.

    All is recorded by now, and no file is open; what was printed is on its way.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


def run_program() -> int:
    """Run the program with the words of the command line; return the exit status."""
    try:
        if opening := read_opening(sys.argv[1:], os.environ):
            return open_app(opening)
        from fmnist_tui.cli.commands import run_command

        return run_command()
    except Mendable as error:
        tell(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit):
        # The reader went away, which typer turns into an exit: say nothing, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
