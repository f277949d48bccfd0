from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.message import Message

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.run import Run, outcome
from fmnist_tui.tui.confusion.agreement import Agreement, AgreementScreen
from fmnist_tui.tui.confusion.confusion import cell_words, confusion_sheet, heaviest, spoken, summary
from fmnist_tui.tui.confusion.counts_screen import CountsScreen
from fmnist_tui.tui.confusion.evidence import PredictedImages, gather
from fmnist_tui.tui.confusion.keys import ERRORS_KEYS
from fmnist_tui.tui.confusion.sheet import CountTable
from fmnist_tui.tui.images.image_grid import Card


class ErrorsScreen(CountsScreen):
    """Shows a run's errors; with `other`, also opens their comparison."""

    heading = "errors"
    about = (
        "The test set by true class (rows) and predicted class (columns): ✓ correct, ▲ the five heaviest errors. "
        "Precision: the share of a class's predictions that are right. Recall: the share of a class's images that "
        "are recognised. F1: their harmonic mean. The means are over the classes. Below: the images behind the count "
        "under the cursor, the most confident predictions first. All figures are with the weights of the run's last "
        "epoch."
    )

    BINDINGS: ClassVar[list[BindingType]] = ERRORS_KEYS

    @dataclass
    class Gathered(Message):
        """A run's predictions were read, or could not be."""

        run: Run
        evidence: PredictedImages | None
        problem: str = ""

    def __init__(self, run: Run, folder: Path, data: Dataset | None, other: Run | None = None) -> None:
        super().__init__()
        self.run = run
        self.folder = folder
        self.data = data
        self.other = other if other is None or other.id != run.id else None
        self.percent = False
        self.evidence: PredictedImages | None = None
        self.other_evidence: PredictedImages | None = None
        self.problem = self.other_problem = "reading the predictions …"

    def on_mount(self) -> None:
        super().on_mount()
        if self.run.confusion is None:
            self.entitle(f"errors of {spoken(self.run)}")
            self.say("lead", f"this run has no confusion matrix; it is {outcome(self.run)}")
            return
        self.entitle(summary(self.run, self.run.confusion))
        self.action_next(1)
        self.say("note", self.problem)
        self.read_predictions()

    @work(thread=True, group="predictions", name="predictions", exit_on_error=False)
    def read_predictions(self) -> None:
        for run in (self.run, self.other):
            if run is not None:
                try:
                    self.post_message(self.Gathered(run, gather(run, self.folder, self.data)))
                except UserError as error:
                    self.post_message(self.Gathered(run, None, str(error)))

    def on_errors_screen_gathered(self, event: Gathered) -> None:
        if event.run is self.run:
            self.evidence, self.problem = event.evidence, event.problem
            self.say("note", self.problem, "italic")
            self.show_images()
        else:
            self.other_evidence, self.other_problem = event.evidence, event.problem

    def sheet(self) -> CountTable | None:
        if self.run.confusion is None:
            return None
        return confusion_sheet(self.run.confusion, self.run.recipe.classes, percent=self.percent, width=self.size.width)

    def cell_words(self, row: int, column: int) -> str:
        if self.run.confusion is None:
            return ""
        return cell_words(self.run.confusion, row, column, self.run.recipe.classes)

    def cards(self, row: int, column: int, most: int | None = None) -> Sequence[Card]:
        return self.evidence.cards(self.evidence.behind(row, column)[:most]) if self.evidence else ()

    def nothing_words(self, row: int, column: int) -> str:
        return self.problem or super().nothing_words(row, column)

    def action_inside(self) -> None:
        """Follow the images behind the count through the network."""
        from fmnist_tui.tui.units.image_screen import ImageScreen
        from fmnist_tui.tui.units.study import test_images

        evidence = self.evidence
        if self.data is None or evidence is None or not len(places := evidence.behind(*self.table.cursor)):
            self.notify(self.problem or self.nothing_words(*self.table.cursor), severity="warning", markup=False)
        else:
            images = test_images(self.data).chosen(places)
            self.app.push_screen(ImageScreen(self.run, self.folder, images, other=self.other))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.other is not None if action == "compare" else True

    def action_percent(self) -> None:
        self.percent = not self.percent
        self.show_sheet()

    def action_next(self, by: int) -> None:
        places = heaviest(self.run.confusion, percent=self.percent) if self.run.confusion else ()
        if places:
            here = self.table.cursor
            self.table.point_at(*places[(places.index(here) + by) % len(places) if here in places else 0])

    def action_compare(self) -> None:
        if self.other is None:
            return
        if self.data is None or self.evidence is None or self.other_evidence is None:
            words = self.problem or f"{spoken(self.other)}: {self.other_problem}"
            self.notify(words, severity="warning", markup=False)
        else:
            from fmnist_tui.tui.units.study import test_images

            agreement, images = Agreement(self.evidence, self.other_evidence), test_images(self.data)
            self.app.push_screen(AgreementScreen(self.run, self.other, agreement, self.folder, images))
