"""Copy to the clipboard, and to a file for terminals that have none."""

from textual.app import App

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.widgets.pane import Pane


def copy(app: App[None], notebook: NotebookFile, copied: Pane.Copied) -> None:
    app.copy_to_clipboard(copied.text)
    try:
        path = notebook.write_copy(copied.file_name, copied.text)
    except UserError as error:
        app.notify(f"copied, but not to a file: {error}", severity="warning", markup=False)
    else:
        app.notify(f"copied, and written to {path}", markup=False)
