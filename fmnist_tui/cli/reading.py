"""The notebook as a command reads it: with what `runs/` holds, and with a word on what is wrong in it."""

from fmnist_tui.cli.telling import tell
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.unrecorded import WholeNotebook, read_whole_notebook
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.toml.reading import Notebook


def read_notebook(file: NotebookFile) -> WholeNotebook:
    """Return what a notebook and its `runs/` hold; what is to be said of them goes to standard error.

    Raises:
        NotebookError: a notebook that cannot be read.
    """
    whole = read_whole_notebook(file)
    tell_remarks(whole.notebook)
    mention_news(file)
    if whole.kept:
        tell(
            f"{counted(len(whole.kept), 'run')} in {file.runs_folder} "
            f"{'is' if len(whole.kept) == 1 else 'are'} not in {file.path} yet; "
            "`fmnist-tui run`, the next training or the app adds what is kept there"
        )
    return whole


def tell_remarks(notebook: Notebook) -> None:
    """Name the keys of a notebook that are likely mistakes."""
    for remark in notebook.remarks:
        tell(remark)


def mention_news(notebook: NotebookFile) -> None:
    """Say once, on standard error, that runs are missing from the notebook, or that it was renamed or copied."""
    from fmnist_tui.lab.notebook.recovery import Recovery

    for words in Recovery(notebook).news():
        tell(words)
