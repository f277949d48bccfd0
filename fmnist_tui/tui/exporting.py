"""Writing the report from the app, in a thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, select
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.widgets.ask import Ask
from fmnist_tui.tui.widgets.picker import Picker

REPORT_NAME = "report.md"


class FiguresDrawn(Message):
    """Some of a report's figures are drawn; only the newest is worth showing."""

    def __init__(self, drawn: int, total: int) -> None:
        super().__init__()
        self.drawn = drawn
        self.total = total

    def can_replace(self, message: Message) -> bool:
        """Replace an older one that waits."""
        return isinstance(message, FiguresDrawn)


class Exported(Message):
    """A report was written, or could not be, or was stopped."""

    def __init__(self, words: str, *, failed: bool) -> None:
        super().__init__()
        self.words = words
        self.failed = failed


class Exporter:
    """Writes reports beside the notebook, one at a time.

    Args:
        app: asks the questions, runs the thread and takes its messages.
        main: shows how far a report is.
        notebook: the notebook's path.
        groups: returns what the notebook held when it was read last.
    """

    def __init__(
        self, app: App[None], main: MainScreen, notebook: Path, groups: Callable[[], tuple[Group, ...]]
    ) -> None:
        self.marked_names: tuple[str, ...] = ()
        """The experiments that are marked."""
        self._app = app
        self._main = main
        self._path = notebook.with_name(REPORT_NAME)
        self._groups = groups
        self._stop: Event | None = None
        """Stops the report that is being written once it is set; None while none is written."""
        self._progress = ""
        """How far it is, in words."""

    def ask(self) -> None:
        """Write the report of all experiments, or of the marked ones; ask to stop one that is being written."""
        marked = self.marked_names
        if self._stop is not None:
            self._ask_stop(self._stop)
            return
        if not marked:
            self._start(())
            return

        def take(place: int | None) -> None:
            if place is not None:
                self._start(marked if place == 0 else ())

        items = [
            ("the marked", ", ".join(visible(name, 40) for name in marked)),
            ("all", "every experiment of the notebook"),
        ]
        self._app.push_screen(Picker("a report of", items), take)

    def show_drawn(self, event: FiguresDrawn) -> None:
        """Show how far the report is."""
        if self._stop is not None:
            drawn = f"{event.drawn:,} of {counted(event.total, 'figure')}"
            self._show_progress(f"Writing the report: {drawn}")

    def show_exported(self, event: Exported) -> None:
        """Show where the report is, or why there is none."""
        self._stop = None
        self._show_progress("")
        self._app.notify(event.words, severity="warning" if event.failed else "information", markup=False)

    def _start(self, names: tuple[str, ...]) -> None:
        """Write the report of the experiments of some names, of all without a name."""
        if self._stop is None:
            self._show_progress("Writing the report")
            self._stop = Event()
            write = partial(self._write, names, self._stop)
            self._app.run_worker(write, name="export", group="export", thread=True, exit_on_error=False)

    def _ask_stop(self, stop: Event) -> None:
        def take(answer: str | None) -> None:
            if answer == "s":
                stop.set()

        question = f"{self._progress}. Stop?"
        self._app.push_screen(Ask("report", question, {"s": "stop; an older report stays as it is"}), take)

    def _show_progress(self, words: str) -> None:
        """Show how far the report is, and how to stop it; without words, nothing."""
        self._progress = words
        self._main.show_at_work(f"{words} · x stops it" if words else "")

    def _write(self, names: tuple[str, ...], stop: Event) -> None:
        """Write a report, in a thread. Leaving the app cancels the worker, and so stops the report."""
        from fmnist_tui.lab.report.export import export_command, write

        worker = get_current_worker()
        outcome = Exported("the report was not written", failed=True)
        try:
            known = self._groups()
            chosen = select(known, names) if names else known
            written = write(
                chosen,
                self._path,
                command=export_command(Path(self._path.name), names),
                notify=lambda drawn, total: self._app.post_message(FiguresDrawn(drawn, total)),
                stop=lambda: stop.is_set() or worker.is_cancelled,
            )
            of = f" of {counted(len(names), 'experiment')}" if names else ""
            words = f"written: {self._path}{of}, with {counted(len(written) - 1, 'figure')}"
            outcome = Exported(words, failed=False)
        except UserError as error:
            outcome = Exported(str(error), failed=True)
        finally:
            self._app.post_message(outcome)
