"""The wish that a training may stop, laid into its folder by whoever has it; the training looks for it."""

import os
from pathlib import Path
from typing import Literal, get_args

from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, read_regular

Stop = Literal["now", "epoch"]
"""At the next step, or when the epoch at work is finished and validated."""

NAME = "stop"
NO_MORE = "no-more"


def request_stop(folder: Path, when: Stop) -> None:
    """Ask the training in a run's folder to stop; one that was to stop now is not allowed an epoch more.

    Raises:
        RunFolderError: the wish cannot be written.
    """
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
    """Return when the training in a folder is to stop; None where nobody asked, or nobody knows what."""
    try:
        content = read_regular(folder / NAME, 64)
    except RunFolderError:
        return None
    words = (content or b"").decode("ascii", "replace").strip()
    return next((when for when in get_args(Stop) if when == words), None)


def forget_stop(folder: Path) -> None:
    """Remove a wish that was meant for an earlier training.

    Raises:
        RunFolderError: it cannot be removed.
    """
    path = folder / NAME
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("be removed", path, error) from None


def request_no_more(folder: Path) -> None:
    """Ask whoever trains in a run's folder to begin nothing else after it.

    Raises:
        RunFolderError: the wish cannot be written.
    """
    path = folder / NO_MORE
    try:
        os.close(open_regular(path, os.O_WRONLY | os.O_CREAT))
    except OSError as error:
        raise cannot("be written", path, error) from None


def take_no_more(folder: Path) -> bool:
    """Return whether nothing else is to be begun, once: the wish is gone after it was heard."""
    try:
        (folder / NO_MORE).unlink()
    except OSError:
        return False
    return True
