"""Check the current folder and the notebook's path."""

from pathlib import Path

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import DEFAULT_NAME
from fmnist_tui.lab.notebook.source import check_writable_kind, resolve_link, unreadable


def check_current_folder() -> None:
    """Raise `UserError` where the current folder was deleted: relative paths and new processes would fail."""
    try:
        Path.cwd()
    except OSError:
        raise UserError("the current folder is gone; change to another one and try again") from None


def check_folder(notebook: Path) -> None:
    """Raise `UserError` where no notebook can be written, before any training begins."""
    folder = resolve_link(notebook).parent
    try:
        if notebook.is_dir():
            raise UserError(f"{notebook} is a folder; name the notebook in it, such as {notebook / DEFAULT_NAME}")
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder; make it first, or name another notebook with --file")
    except OSError as error:
        raise unreadable(notebook, error) from None
    check_writable_kind(notebook)
