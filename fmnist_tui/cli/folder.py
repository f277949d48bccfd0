"""Whether a notebook can be where the command line says."""

from pathlib import Path

from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import DEFAULT_NAME


def check_folder(notebook: Path) -> None:
    """Raise `Mendable` where no file can be, so that nobody trains for a result that could not be kept."""
    if notebook.is_dir():
        raise Mendable(f"{notebook} is a folder; name the notebook in it, such as {notebook / DEFAULT_NAME}")
    if not notebook.parent.is_dir():
        raise Mendable(f"{notebook.parent}: no such folder; make it first, or name another notebook with --file")
