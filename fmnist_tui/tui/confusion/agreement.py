from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from textual.binding import BindingType

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.statistics.intervals import McNemar, mcnemar
from fmnist_tui.lab.statistics.power import SIGNIFICANCE
from fmnist_tui.lab.statistics.verdicts import p_words
from fmnist_tui.tui.confusion.confusion import ROOMY, spoken
from fmnist_tui.tui.confusion.counts_screen import CountsScreen
from fmnist_tui.tui.confusion.evidence import Places, PredictedImages
from fmnist_tui.tui.confusion.sheet import CountCell, CountTable, Emphasis
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.image_grid import Card

if TYPE_CHECKING:
    from fmnist_tui.tui.units.study import Images

OUTCOMES = ("A right, B wrong", "B right, A wrong", "both wrong", "both right")

SHORT_OUTCOMES = ("A", "B", "none", "A+B")
"""Who is right, where the outcomes in words would leave no room for the last classes."""

LONG_OUTCOMES_FROM = 73

Counts = tuple[tuple[int, ...], ...]
"""The number of images by outcome: all, then by class."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    a: PredictedImages
    b: PredictedImages

    def behind(self, outcome: int, label: int | None) -> Places:
        """Return the images with an outcome, the most confident first: by the wrong network, else by A."""
        right_a, right_b = self.a.right, self.b.right
        chosen = (right_a & ~right_b, right_b & ~right_a, ~right_a & ~right_b, right_a & right_b)[outcome]
        if label is not None:
            chosen = chosen & (self.a.truth == label)
        judge = self.b if outcome == 0 else self.a
        return judge.surest_first(np.flatnonzero(chosen))

    def counts(self) -> Counts:
        labels = (None, *range(len(self.a.classes.names)))
        return tuple(tuple(len(self.behind(outcome, label)) for label in labels) for outcome in range(len(OUTCOMES)))

    def mcnemar(self) -> McNemar:
        return mcnemar(self.a.right.tolist(), self.b.right.tolist())

    def cards(self, places: Places) -> tuple[Card, ...]:
        return tuple(self._card(place) for place in places.tolist())

    def _card(self, place: int) -> Card:
        names = self.a.classes.names
        truth = int(self.a.truth[place])
        answers = [
            (letter, int(one.predicted[place]), float(one.confidence[place]))
            for letter, one in (("A", self.a), ("B", self.b))
        ]
        return Card(
            self.a.images[place],
            tuple(
                f"{letter}{'✓' if taken == truth else '✗'}{self.a.classes.short[taken]} {confidence:.0%}"
                for letter, taken, confidence in answers
            ),
            (
                ("true class", names[truth]),
                *(
                    (letter, f"{self.a.classes.names[taken]}, {confidence:.1%}")
                    for letter, taken, confidence in answers
                ),
                ("place", f"x_test[{place}]"),
            ),
        )


def agreement_sheet(counts: Counts, classes: Classes, *, width: int) -> CountTable:
    roomy = width >= ROOMY
    names = classes.names if roomy else classes.columns
    narrow = width < LONG_OUTCOMES_FROM
    return CountTable(
        corner=("right" if narrow else "",),
        rows=SHORT_OUTCOMES if narrow else OUTCOMES,
        columns=(("all",), *((name.split("/")[0][:10],) for name in names)),
        cells=tuple(
            tuple(
                CountCell(str(count) if count else "·", _emphasis(counts, row, column))
                for column, count in enumerate(cells)
            )
            for row, cells in enumerate(counts)
        ),
        beside=(),
        foot=None,
        label_width=5 if narrow else 18,
        cell_width=11 if roomy else 5,
    )


def verdict_words(test: McNemar) -> str:
    better = "A" if test.only_a > test.only_b else "B"
    lead = f"{test.only_a:,} images only A gets right, {test.only_b:,} only B: "
    if test.p < SIGNIFICANCE:
        verdict = f"{better} is the better of these two networks"
    else:
        verdict = "neither of these two networks is clearly the better"
    return f"{lead}{verdict} (McNemar's exact test, {p_words(test.p)}). Other seeds may say otherwise."


def cell_words(counts: Counts, row: int, column: int, classes: Classes) -> str:
    whose = "all images" if column == 0 else classes.names[column - 1]
    of = sum(outcome[column] for outcome in counts)
    count = counts[row][column]
    share = f"{count / of:.1%}" if of else "–"
    return f"{OUTCOMES[row]}, of {whose}: {count:,} of {of:,} ({share})"


def _emphasis(counts: Counts, row: int, column: int) -> Emphasis:
    """The larger of the two disagreements is heavy."""
    if not counts[row][column]:
        return "quiet"
    if OUTCOMES[row] == "both right":
        return "right"
    only_a, only_b = counts[0][column], counts[1][column]
    return "heavy" if (only_a > only_b, only_b > only_a, False)[row] else "plain"


class AgreementScreen(CountsScreen):
    heading = "two runs"
    about = (
        "The test set by who is right, A or B: all images, then those of each class; ▲ marks the run that alone is "
        "right more often. McNemar's exact test (1947) counts only the images that exactly one of them gets right: "
        "if both were equally good, each would get half of these. It compares these two trained networks; to compare "
        "their recipes, train several seeds of each."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("inside", "inside", "Follow these images through both networks", word="Inside", show=True),
    ]

    def __init__(self, a: Run, b: Run, agreement: Agreement, folder: Path, images: "Images") -> None:
        """Create the screen.

        Args:
            a: a run.
            b: another.
            agreement: which of them is right about each image.
            folder: the notebook's `runs` folder.
            images: those that both were tested on.
        """
        super().__init__()
        self.folder = folder
        self.images = images
        self.a = a
        self.b = b
        self.agreement = agreement
        self.counts = agreement.counts()

    def on_mount(self) -> None:
        super().on_mount()
        self.entitle(f"A {spoken(self.a)} · B {spoken(self.b)}")
        self.say("lead", verdict_words(self.agreement.mcnemar()))

    def sheet(self) -> CountTable | None:
        return agreement_sheet(self.counts, self.agreement.a.classes, width=self.size.width)

    def cell_words(self, row: int, column: int) -> str:
        return cell_words(self.counts, row, column, self.agreement.a.classes)

    def places(self, row: int, column: int) -> Places:
        return self.agreement.behind(row, column - 1 if column else None)

    def cards(self, row: int, column: int, most: int | None = None) -> Sequence[Card]:
        return self.agreement.cards(self.places(row, column)[:most])

    def action_inside(self) -> None:
        from fmnist_tui.tui.units.pair_screen import PairScreen

        places = self.places(*self.table.cursor)
        if len(places):
            self.app.push_screen(PairScreen((self.a, self.b), self.folder, self.images.chosen(places)))
        else:
            self.notify(self.nothing_words(*self.table.cursor), severity="warning", markup=False)
