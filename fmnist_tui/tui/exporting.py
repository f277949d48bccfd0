"""Writing the report from the app, in a thread."""

from pathlib import Path

from textual import work
from textual.app import App
from textual.message import Message

from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.reading import Notebook
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.recipe import DatasetName
from fmnist_tui.lab.results import groups, select, settled
from fmnist_tui.tui.picker import Picker


class Exporting(App[None]):
    """An app that writes a report of its notebook."""

    class Exported(Message):
        """A report was written, or could not be."""

        def __init__(self, words: str, *, failed: bool) -> None:
            super().__init__()
            self.words = words
            self.failed = failed

    notebook_file: NotebookFile
    notebook: Notebook
    """What the file held when it was read last."""
    marked_names: tuple[str, ...] = ()
    """The experiments that are marked."""

    @property
    def dataset_name(self) -> DatasetName:
        """The dataset that plans are trained on if they name none."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Write the report of all experiments; where some are marked, ask whether of these alone."""
        marked = self.marked_names
        if not marked:
            self.export(())
            return

        def take(place: int | None) -> None:
            if place is not None:
                self.export(marked if place == 0 else ())

        items = [
            ("the marked", ", ".join(visible(name, 40) for name in marked)),
            ("all", "every experiment of the notebook"),
        ]
        self.push_screen(Picker("a report of", items), take)

    @work(thread=True, group="export", name="export", exit_on_error=False, exclusive=True)
    def export(self, names: tuple[str, ...]) -> None:
        """Write the report of the experiments of some names, or of all where there are none, beside the notebook."""
        from fmnist_tui.lab.report.export import export_command, write

        path = self.notebook_file.path.with_name("report.md")
        known = settled(groups(self.notebook, self.dataset_name))
        try:
            chosen = select(known, names) if names else known
            written = write(chosen, path, command=export_command(Path(path.name), names))
        except Mendable as error:
            self.post_message(self.Exported(str(error), failed=True))
        else:
            of = f" of {counted(len(names), 'experiment')}" if names else ""
            words = f"written: {path}{of}, with {counted(len(written) - 1, 'figure')}"
            self.post_message(self.Exported(words, failed=False))

    def on_exporting_exported(self, event: Exported) -> None:
        """Say where the report is, or why there is none."""
        self.notify(event.words, severity="warning" if event.failed else "information", markup=False)
