"""Read the notebook for a command."""

from collections.abc import Container, Iterable

from fmnist_tui.cli.output import note, tell
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.unrecorded import WholeNotebook, read_whole_notebook
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.toml.reading import Notebook


def read_notebook(file: NotebookFile) -> WholeNotebook:
    """Return what a notebook and its `runs/` hold; print remarks on standard error.

    Raises:
        NotebookError: the notebook cannot be read.
    """
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
    """Print which command resumes the interrupted runs of groups, if there are any."""
    count = sum(run.id not in running for group in groups for run in group.interrupted)
    if count:
        note(f"{counted(count, 'interrupted run')}; {resume_words(count)}")


def resume_words(count: int) -> str:
    return f"`fmnist-tui run` resumes {'it' if count == 1 else 'them'}"


def print_remarks(notebook: Notebook) -> None:
    """Print the keys of a notebook that are likely mistakes."""
    for remark in notebook.remarks:
        tell(remark)


def print_recovery_news(notebook: NotebookFile) -> None:
    """Print, once, that runs are missing from the notebook or that it was renamed or copied."""
    from fmnist_tui.lab.notebook.recovery import Recovery

    for words in Recovery(notebook).news():
        tell(words)
