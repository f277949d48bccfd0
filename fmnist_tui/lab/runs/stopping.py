"""Stop requests, stored as files in a run's folder."""

import os
from pathlib import Path
from typing import Literal, get_args

from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, read_regular

Stop = Literal["now", "epoch"]
"""After the current step, or after the current epoch and its validation."""

NAME = "stop"
NO_MORE = "no-more"


def request_stop(folder: Path, when: Stop) -> None:
    """Ask the training in a folder to stop; a request to stop now is not weakened."""
    if when == "epoch" and stop_asked(folder) == "now":
        return
    path = folder / NAME
    try:
        descriptor = open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            os.write(descriptor, when.encode("ascii"))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise cannot("be written", path, error) from None


def stop_asked(folder: Path) -> Stop | None:
    try:
        content = read_regular(folder / NAME, 64)
    except RunFolderError:
        return None
    words = (content or b"").decode("ascii", "replace").strip()
    return next((when for when in get_args(Stop) if when == words), None)


def clear_stop(folder: Path) -> None:
    path = folder / NAME
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("be removed", path, error) from None


def request_no_more(folder: Path) -> None:
    """Ask the program that trains this run to start no other."""
    path = folder / NO_MORE
    try:
        os.close(open_regular(path, os.O_WRONLY | os.O_CREAT))
    except OSError as error:
        raise cannot("be written", path, error) from None


def pop_no_more(folder: Path) -> bool:
    """Return whether no other run may start, and remove the request."""
    try:
        (folder / NO_MORE).unlink()
    except OSError:
        return False
    return True
