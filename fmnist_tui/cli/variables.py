"""Correct environment variables that would mislead the libraries."""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

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
