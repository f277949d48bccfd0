from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, select
from fmnist_tui.lab.language.catalogue import Language
from fmnist_tui.lab.language.choice import locale_language
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.widgets.dialogs import PickerDialog, Question, QuestionDialog

if TYPE_CHECKING:
    from fmnist_tui.lab.report.mistakes import TestImages

REPORT_NAME = "report.md"
WRITING = "Writing the report"


class FiguresDrawn(Message):
    """Only the newest message counts."""

    def __init__(self, drawn: int, total: int) -> None:
        super().__init__()
        self.drawn = drawn
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, FiguresDrawn)


class Exported(Message):
    def __init__(self, words: str, *, failed: bool) -> None:
        super().__init__()
        self.words = words
        self.failed = failed


class Exporter:
    def __init__(
        self,
        main: MainScreen,
        notebook: Path,
        groups: Callable[[], tuple[Group, ...]],
        post: Callable[[Message], object],
        background: Background,
        directory: Path | None,
    ) -> None:
        self.author = ""
        """Who the report names as its author: from the settings."""
        self.language: Language | None = None
        """The language of the report: from the settings; None for that of the locale."""
        self._main = main
        self._path = notebook.with_name(REPORT_NAME)
        self._runs_folder = NotebookFile(notebook).runs_folder
        self._directory = directory
        self._groups = groups
        self._post = post
        self._background = background
        self._stop: Event | None = None
        """Set it to stop the current report; None while none is written."""
        self._progress = ""

    def ask(self) -> None:
        """Export all experiments or the marked ones; ask to stop a report in progress."""
        marked = self._main.marked_names
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
            ("marked", ", ".join(visible(name, 40) for name in marked)),
            ("all", "every experiment in the notebook"),
        ]
        self._main.app.push_screen(PickerDialog("export a report", items), take)

    def show_drawn(self, event: FiguresDrawn) -> None:
        if self._stop is not None:
            drawn = f"{event.drawn:,} of {counted(event.total, 'figure')}"
            self._show_progress(f"{WRITING}: {drawn}")

    def show_exported(self, event: Exported) -> None:
        self._stop = None
        self._show_progress("")
        self._main.app.notify(event.words, severity="warning" if event.failed else "information", markup=False)

    def _start(self, names: tuple[str, ...]) -> None:
        if self._stop is None:
            self._show_progress(WRITING)
            self._stop = Event()
            write = partial(self._write, names, self._stop)
            self._background.run(Lane.EXPORTING, write)

    def stop(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def _ask_stop(self, stop: Event) -> None:
        def take(answer: str | None) -> None:
            if answer == "s":
                stop.set()

        answers = {"s": "stop; an older report stays unchanged"}

        def question() -> Question:
            return f"A report is being written already{self._progress.removeprefix(WRITING)}. Stop it?", answers

        def renew() -> Question | None:
            return question() if self._stop is stop else None

        self._main.app.push_screen(QuestionDialog("report", *question(), renew=renew), take)

    def _show_progress(self, words: str) -> None:
        self._progress = words
        self._main.show_at_work(f"{words} · x stops it" if words else "")

    def _write(self, names: tuple[str, ...], stop: Event) -> None:
        """Runs in the background."""
        from fmnist_tui.lab.report.export import Images, Options, export_command, write

        outcome = Exported("the report was not written", failed=True)
        try:
            language = self.language or locale_language()
            groups = self._groups()
            chosen = select(groups, names) if names else groups
            written = write(
                chosen,
                self._path,
                command=export_command(Path(self._path.name), names, Options(language=language)),
                options=Options(author=self.author, language=language),
                known=groups,
                images=Images(self._runs_folder, self._test_images),
                notify=lambda drawn, total: self._post(FiguresDrawn(drawn, total)),
                stop=stop.is_set,
            )
            of = f" of {counted(len(names), 'experiment')}" if names else ""
            words = f"written: {self._path}{of}, with {counted(len(written.figures) // 2, 'figure')}"
            outcome = Exported(words, failed=False)
        except UserError as error:
            outcome = Exported(str(error), failed=True)
        finally:
            self._post(outcome)

    def _test_images(self, dataset: DatasetName) -> "TestImages | None":
        """Return None where they are not on this machine."""
        from fmnist_tui.engine.dataset.sources import load_test_set

        try:
            return load_test_set(dataset, self._directory)
        except UserError:
            return None
