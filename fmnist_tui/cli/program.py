import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from fmnist_tui.cli.opening import COMPLETION_VARIABLE, open_app, read_app_options
from fmnist_tui.cli.output import StandardStreams, tell
from fmnist_tui.lab.errors import UserError, advice
from fmnist_tui.lab.folders import home

SIZES = ("COLUMNS", "LINES")
FOLDERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


@contextmanager
def corrected_environment(variables: MutableMapping[str, str]) -> Iterator[None]:
    """Correct the environment variables, for this process and its children.

    - COLUMNS and LINES go where the terminal reports its size, as they do not follow a resize.
    - XDG folders with relative paths go, as the XDG specification requires.
    - An unusable HOME becomes the null device, so that no library makes a folder in the current one; Matplotlib gets
      a temporary one inside the context.
    """
    if _terminal_has_a_size():
        for name in SIZES:
            variables.pop(name, None)
    for name in FOLDERS:
        if not Path(variables.get(name, "")).is_absolute():
            variables.pop(name, None)
    own = home()
    if own is None:
        variables["HOME"] = os.devnull
    with ExitStack() as stack:
        if "MPLCONFIGDIR" not in variables and not (own and os.access(own, os.W_OK)):
            from tempfile import TemporaryDirectory

            with suppress(OSError):  # no temporary folder can be made
                folder = TemporaryDirectory(prefix="matplotlib-", ignore_cleanup_errors=True)
                variables["MPLCONFIGDIR"] = stack.enter_context(folder)
        yield


def _terminal_has_a_size() -> bool:
    for descriptor in (1, 2, 0):
        with suppress(OSError):  # closed, or no terminal
            if os.get_terminal_size(descriptor).columns:
                return True
    return False


SLOW_TO_END = frozenset({"tensorflow", "fmnist_tui.tui.loading", "concurrent.futures.process", "distributed"})
"""Modules whose teardown is left out.

TensorFlow's takes most of a second. While a thread of the app is still loading its libraries, it destroys what they are
just making, and may never end and fill a core. That of process pools waits for their threads, for ever where Ctrl-C
came while the main thread held a lock that they need. Dask's closes its connections, which are closed already or lost.
"""


def main() -> None:
    """Exit with 0 done, 1 a training failed, 2 an error the user can correct, 130 interrupted."""
    streams = StandardStreams()
    with corrected_environment(os.environ):
        status = streams.end(run_program())
    if sys.modules.keys() & SLOW_TO_END:
        _leave_at_once(status)
    sys.exit(status)


def _leave_at_once(status: int) -> NoReturn:
    """End the process without the teardown of `SLOW_TO_END`; all is recorded and printed."""
    os._exit(status)


def run_program() -> int:
    try:
        if request := os.environ.get(COMPLETION_VARIABLE):
            from fmnist_tui.cli.shells import answer, answers

            if answers(request):
                return answer(request)
        elif opening := read_app_options(sys.argv[1:], os.environ):
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
    return f"{where}{error.strerror or error}{advice(error)}"
