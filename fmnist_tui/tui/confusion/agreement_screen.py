"""The screen of two runs' answers to the same images."""

from collections.abc import Sequence

from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.confusion.agreement import Agreement, agreement_sheet, cell_words, verdict_words
from fmnist_tui.tui.confusion.confusion import spoken
from fmnist_tui.tui.confusion.counts_screen import CountsScreen
from fmnist_tui.tui.confusion.sheet import Sheet
from fmnist_tui.tui.garments.card import Card


class AgreementScreen(CountsScreen):
    """Shows who is right about which images, McNemar's test, and the images behind each count."""

    name_shown = "two runs"
    about = (
        "The test set by who is right, A or B: all garments, then those of each class; ▲ marks the run that alone is "
        "right more often. McNemar's exact test (1947) counts only the garments that exactly one of them gets right: "
        "if both were equally good, each would get half of these. It compares these two trained networks; to compare "
        "their recipes, train several seeds of each."
    )

    def __init__(self, a: Run, b: Run, agreement: Agreement) -> None:
        super().__init__()
        self.a = a
        self.b = b
        self.agreement = agreement
        self.counts = agreement.counts()

    def on_mount(self) -> None:
        super().on_mount()
        self.entitle(f"A {spoken(self.a)} · B {spoken(self.b)}")
        self.say("lead", verdict_words(self.agreement.mcnemar()))

    def sheet(self) -> Sheet | None:
        return agreement_sheet(self.counts, width=self.size.width)

    def cell_words(self, row: int, column: int) -> str:
        return cell_words(self.counts, row, column)

    def cards(self, row: int, column: int, most: int | None = None) -> Sequence[Card]:
        label = column - 1 if column else None
        return self.agreement.cards(self.agreement.behind(row, label)[:most])
