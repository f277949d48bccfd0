"""The program's entry point and exit status."""

import errno
import os
import sys
from typing import NoReturn

from fmnist_tui.cli.opening import open_app, read_app_options
from fmnist_tui.cli.output import tell
from fmnist_tui.cli.standard_streams import StandardStreams
from fmnist_tui.cli.variables import corrected_environment
from fmnist_tui.lab.errors import UserError

_MENDS = {
    errno.ENAMETOOLONG: "; give it a shorter name",
    errno.ENOSPC: "; make room",
    errno.EDQUOT: "; make room",
    errno.EACCES: "; correct its permissions, or name another place",
    errno.EPERM: "; correct its permissions, or name another place",
    errno.EROFS: "; name another place",
}


def main() -> None:
    """Run the program and exit: 0 done, 1 a training failed, 2 an error the user can correct, 130 interrupted."""
    streams = StandardStreams()
    with corrected_environment(os.environ):
        status = streams.end(run_program())
    if "tensorflow" in sys.modules:
        _leave_at_once(status)
    sys.exit(status)


def _leave_at_once(status: int) -> NoReturn:
    """End the process without TensorFlow's teardown, which takes most of a second; all is recorded and printed."""
    os._exit(status)


def run_program() -> int:
    try:
        if opening := read_app_options(sys.argv[1:], os.environ):
            return open_app(opening)
        from fmnist_tui.cli.commands import run_command

        return run_command()
    except UserError as error:
        tell(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit):  # a closed pipe, which typer turns into an exit
        return 0
    except OSError as error:
        tell(_message(error))
        return 2


def _message(error: OSError) -> str:
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    return f"{where}{error.strerror or error}{_MENDS.get(error.errno or 0, '')}"
