"""Writing the report from the app, in a thread."""

from pathlib import Path
from threading import Event

from textual import work
from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.reading import Notebook
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.recipe import DatasetName
from fmnist_tui.lab.results import groups, select, settled
from fmnist_tui.tui.ask import Ask
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.picker import Picker

REPORT_NAME = "report.md"


class FiguresDrawn(Message):
    """Some of a report's figures are drawn; only the newest is worth showing."""

    def __init__(self, drawn: int, total: int) -> None:
        super().__init__()
        self.drawn = drawn
        self.total = total

    def can_replace(self, message: Message) -> bool:
        """Whether an older message of this kind may be dropped: it may."""
        return isinstance(message, FiguresDrawn)


class Exporting(App[None]):
    """An app that writes a report of its notebook."""

    class Exported(Message):
        """A report was written, or could not be, or was stopped."""

        def __init__(self, words: str, *, failed: bool) -> None:
            super().__init__()
            self.words = words
            self.failed = failed

    main: MainScreen
    notebook_file: NotebookFile
    notebook: Notebook
    """What the file held when it was read last."""
    marked_names: tuple[str, ...] = ()
    """The experiments that are marked."""
    stop_export: Event | None = None
    """Stops the report that is being written once it is set; None while none is written."""
    export_progress = ""
    """How far it is, in words."""

    @property
    def dataset_name(self) -> DatasetName:
        """The dataset that plans are trained on if they name none."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Write the report of all experiments, or of the marked ones; of one that is being written, ask to stop it."""
        marked = self.marked_names
        if self.stop_export is not None:
            self.ask_stop_export(self.stop_export)
            return
        if not marked:
            self.start_export(())
            return

        def take(place: int | None) -> None:
            if place is not None:
                self.start_export(marked if place == 0 else ())

        items = [
            ("the marked", ", ".join(visible(name, 40) for name in marked)),
            ("all", "every experiment of the notebook"),
        ]
        self.push_screen(Picker("a report of", items), take)

    def start_export(self, names: tuple[str, ...]) -> None:
        """Write the report of the experiments of some names, or of all where there are none, beside the notebook."""
        if self.stop_export is None:
            self.show_export_progress("Writing the report")
            self.stop_export = Event()
            self.export(names, self.stop_export)

    def ask_stop_export(self, stop: Event) -> None:
        """Ask whether to stop the report that is being written."""

        def take(answer: str | None) -> None:
            if answer == "s":
                stop.set()

        question = f"{self.export_progress}. Stop?"
        self.push_screen(Ask("report", question, {"s": "stop; an older report stays as it is"}), take)

    def show_export_progress(self, words: str) -> None:
        """Show how far the report is, and how to stop it; without words, nothing."""
        self.export_progress = words
        self.main.show_at_work(f"{words} · x stops it" if words else "")

    @work(thread=True, group="export", name="export", exit_on_error=False)
    def export(self, names: tuple[str, ...], stop: Event) -> None:
        """Write a report; the thread's own. Leaving the app stops it too, for that cancels the worker."""
        from fmnist_tui.lab.report.export import export_command, write

        worker = get_current_worker()
        path = self.notebook_file.path.with_name(REPORT_NAME)
        outcome = self.Exported("the report was not written", failed=True)
        try:
            known = settled(groups(self.notebook, self.dataset_name))
            chosen = select(known, names) if names else known
            written = write(
                chosen,
                path,
                command=export_command(Path(path.name), names),
                notify=lambda drawn, total: self.post_message(FiguresDrawn(drawn, total)),
                stop=lambda: stop.is_set() or worker.is_cancelled,
            )
            of = f" of {counted(len(names), 'experiment')}" if names else ""
            words = f"written: {path}{of}, with {counted(len(written) - 1, 'figure')}"
            outcome = self.Exported(words, failed=False)
        except Mendable as error:
            outcome = self.Exported(str(error), failed=True)
        finally:
            self.post_message(outcome)

    def on_figures_drawn(self, event: FiguresDrawn) -> None:
        """Show how far the report is."""
        if self.stop_export is not None:
            drawn = f"{event.drawn:,} of {counted(event.total, 'figure')}"
            self.show_export_progress(f"Writing the report: {drawn}")

    def on_exporting_exported(self, event: Exported) -> None:
        """Say where the report is, or why there is none."""
        self.stop_export = None
        self.show_export_progress("")
        self.notify(event.words, severity="warning" if event.failed else "information", markup=False)
