"""The comparison's table: experiments, notes, results, properties."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import Comparison
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.comparison.experiments import experiment_rows
from fmnist_tui.tui.comparison.notes import notes
from fmnist_tui.tui.comparison.properties import property_rows
from fmnist_tui.tui.comparison.results import result_rows


def table_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield the table's rows, none wider than `width` (at least 56) but for notes, which may wrap."""
    yield from experiment_rows(comparison, marks, width)
    yield from (Text(f"! {note}", "italic") for note in notes(comparison, marks))
    yield from result_rows(comparison, marks, width, everything=everything)
    yield from property_rows(comparison, marks, width, everything=everything)
