"""The table of a comparison, row by row: what is compared, what cannot be told, results, what was done differently."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import Comparison
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.comparison.experiments import experiment_rows
from fmnist_tui.tui.comparison.notes import notes
from fmnist_tui.tui.comparison.properties import property_rows
from fmnist_tui.tui.comparison.results import result_rows


def table_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield the table; but for its notes, which may be folded, no row is wider than `width`.

    Args:
        comparison: what is compared, with what is equal too if `everything` is told.
        marks: the mark of each column.
        width: cells of a row, 56 at least.
        everything: whether what is equal is told too.
    """
    yield from experiment_rows(comparison, marks, width)
    yield from (Text(f"! {note}", "italic") for note in notes(comparison, marks))
    yield from result_rows(comparison, marks, width, everything=everything)
    yield from property_rows(comparison, marks, width, everything=everything)
