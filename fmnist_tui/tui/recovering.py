"""Recover runs that are missing from the notebook or belong to an earlier notebook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.history.keys import RESUME_KEY
from fmnist_tui.tui.training.messages import Interrupted, News
from fmnist_tui.tui.widgets.dialogs import QuestionDialog

if TYPE_CHECKING:
    from fmnist_tui.lab.notebook.recovery import ForeignRuns, Recovery

COMMAND = "Recover missing runs"
MOST_SHOWN = 8


@dataclass
class Missing(Message):
    runs: tuple[Run, ...]
    foreign: "tuple[ForeignRuns, ...]"


@dataclass
class Recovered(Message):
    words: str
    failed: bool = False


class Recoverer:
    def __init__(
        self, app: App[None], notebook: Path, post: Callable[[Message], object], background: Background
    ) -> None:
        self._app = app
        self._post = post
        self._background = background
        self._notebook = notebook

    def show_news(self, event: News) -> None:
        words = "; ".join(event.sentences)
        self._app.notify(f"{words}; here `:` and {COMMAND!r}", severity="warning", timeout=20, markup=False)

    def show_interrupted(self, event: Interrupted, log: Callable[[str], object]) -> None:
        words = interrupted_words(event.runs)
        log(words)
        self._app.notify(words, severity="warning", timeout=20, markup=False)

    def begin(self) -> None:
        def look() -> Message:
            recovery = self._recovery()
            return Missing(recovery.lost_runs(), recovery.foreign())

        self._in_background(look)

    def ask(self, event: Missing) -> None:
        if not event.runs and not event.foreign:
            self._app.notify("no run is missing from the notebook")
            return
        answers: dict[str, str] = {}
        if event.runs:
            answers |= {"a": f"add {counted(len(event.runs), 'run')} again", "f": "never mention these again"}
        if event.foreign:
            answers["m"] = "move the other notebook's runs to this notebook"
        ids = [run.id for run in event.runs]

        def do(answer: str | None) -> None:
            if answer is not None:
                self._in_background(lambda: _done(self._recovery(), answer, ids))

        self._app.push_screen(QuestionDialog("missing runs", _question(event), answers), do)

    def show_recovered(self, event: Recovered) -> None:
        self._app.notify(event.words, severity="warning" if event.failed else "information", markup=False)

    def _recovery(self) -> "Recovery":
        from fmnist_tui.lab.notebook.recovery import Recovery

        return Recovery(NotebookFile(self._notebook))

    def _in_background(self, work: Callable[[], Message]) -> None:
        def run() -> None:
            try:
                message = work()
            except UserError as error:
                message = Recovered(str(error), failed=True)
            self._post(message)

        self._background.run(Lane.RECOVERING, run)


def interrupted_words(runs: Sequence[Run]) -> str:
    """Return `interrupted: 64 seed 0 after 3 of 10 epochs; r in History resumes it`."""
    first, *others = runs
    trained = f"after {first.curves.epochs} of {counted(first.recipe.training.epochs, 'epoch')}"
    more = f" and {counted(len(others), 'other')}" if others else ""
    return (
        f"interrupted: {seed_name(first)} {trained}{more}; {RESUME_KEY} in History resumes {'them' if others else 'it'}"
    )


def _question(found: Missing) -> str:
    lines = [f"missing from the notebook: {counted(len(found.runs), 'run')}"] if found.runs else []
    lines += [f"  {run.id}  {visible(run.experiment, 40)}  seed {run.seed}" for run in found.runs[:MOST_SHOWN]]
    if len(found.runs) > MOST_SHOWN:
        lines.append(f"  and {len(found.runs) - MOST_SHOWN:,} more; `fmnist-tui recover` lists all")
    return "\n".join((*lines, *(each.words for each in found.foreign)))


def _done(recovery: "Recovery", answer: str, ids: list[str]) -> Recovered:
    if answer == "a":
        return Recovered(f"{counted(len(recovery.add(ids)), 'run')} added")
    if answer == "f":
        return Recovered(f"{counted(len(recovery.forget(ids)), 'run')} will not be mentioned again")
    return Recovered(f"{counted(len(recovery.adopt()), 'run')} moved to this notebook")
