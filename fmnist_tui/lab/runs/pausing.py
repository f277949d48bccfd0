"""Whether a training is paused, stored as a file in its run folder.

The program that trains writes it when the user pauses there; other programs write or remove it as a request.
"""

import os
from pathlib import Path

from fmnist_tui.lab.runs.files import cannot, open_regular

NAME = "paused"


def set_paused(folder: Path, paused: bool) -> None:
    """Write or remove the file; RunFolderError if that fails."""
    path = folder / NAME
    try:
        if paused:
            os.close(open_regular(path, os.O_WRONLY | os.O_CREAT))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot("be written", path, error) from None


def is_paused(folder: Path) -> bool:
    try:
        (folder / NAME).lstat()
    except OSError:
        return False
    return True
