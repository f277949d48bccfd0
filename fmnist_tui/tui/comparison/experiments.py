"""The compared experiments, each with its line sample and letter."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import Column as Compared
from fmnist_tui.lab.comparison.comparison import Comparison
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.charts.canvas import Marker
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.charts.strokes import sample
from fmnist_tui.tui.comparison.layout import GAP, Column, aligned

LONGEST_NAME = 30


def experiment_rows(
    comparison: Comparison, marks: Sequence[Mark], width: int, *, marker: Marker = "braille"
) -> Iterator[Text]:
    """Yield a row for each experiment: line sample, letter, name, layers, parameters and runs."""
    names = [named(column, mark) for column, mark in zip(comparison.columns, marks, strict=True)]
    layers = [visible(column.shorthand) for column in comparison.columns]
    room = width - 6 - 10 - 4 - 4 * GAP
    name_width = min(max(*(name.cell_len for name in names), len("experiment")), LONGEST_NAME, room - 8)
    layers_width = min(max(*map(len, layers), len("layers")), room - name_width)
    columns = (Column(6), Column(name_width), Column(layers_width), Column(10, right=True), Column(4, right=True))
    yield aligned((Text(words, "dim") for words in ("", "experiment", "layers", "parameters", "runs")), columns)
    for place, (column, mark) in enumerate(zip(comparison.columns, marks, strict=True)):
        yield aligned(
            (
                Text(sample("experiment", mark.hand, marker), mark.colour),
                names[place],
                Text(layers[place]),
                Text(f"{comparison.parameters[place]:,}"),
                Text(str(len(column.group.finished))),
            ),
            columns,
        )


def named(column: Compared, mark: Mark) -> Text:
    return Text.assemble((mark.letter, f"bold {mark.colour}"), " ", visible(column.name))
