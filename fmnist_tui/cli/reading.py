from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.cli.output import note, tell
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.notebook.source import check_writable_kind, resolve_link, unreadable
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.toml.reading import Notebook

if TYPE_CHECKING:
    from fmnist_tui.lab.notebook.unrecorded import WholeNotebook


def check_current_folder() -> None:
    """Raise UserError if the current folder was deleted: relative paths and new processes would fail."""
    try:
        Path.cwd()
    except OSError:
        raise UserError("the current folder is gone; change to another one and try again") from None


def check_folder(notebook: Path) -> None:
    """Raise UserError if no notebook can be written, before any training begins."""
    folder = resolve_link(notebook).parent
    try:
        if notebook.is_dir():
            raise UserError(f"{notebook} is a folder; name the notebook in it, such as {notebook / DEFAULT_NAME}")
        if not folder.is_dir():
            raise UserError(f"{folder}: no such folder; make it first, or name another notebook with --file")
    except OSError as error:
        raise unreadable(notebook, error) from None
    check_writable_kind(notebook)


def read_notebook(file: NotebookFile) -> "WholeNotebook":
    """Read a notebook and its `runs/`; print remarks on standard error. NotebookError if it cannot be read."""
    from fmnist_tui.lab.notebook.unrecorded import read_whole_notebook

    whole = read_whole_notebook(file)
    print_remarks(whole.notebook)
    print_recovery_news(file)
    if whole.kept:
        tell(
            f"{counted(len(whole.kept), 'run')} in {file.runs_folder} "
            f"{'is' if len(whole.kept) == 1 else 'are'} not in {file.path} yet; "
            "`fmnist-tui run`, the next training or the app adds what is kept there"
        )
    return whole


def print_interrupted(groups: Iterable[Group], running: Container[str]) -> None:
    count = sum(run.id not in running for group in groups for run in group.interrupted)
    if count:
        note(f"{counted(count, 'interrupted run')}; {resume_words(count)}")


def resume_words(count: int) -> str:
    return f"`fmnist-tui run` resumes {'it' if count == 1 else 'them'}"


def print_remarks(notebook: Notebook) -> None:
    for remark in notebook.remarks:
        tell(remark)


def print_recovery_news(notebook: NotebookFile) -> None:
    from fmnist_tui.lab.notebook.recovery import Recovery

    for words in Recovery(notebook).news():
        tell(words)
