"""Settings, layers and environment of the compared experiments."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import Comparison, Row, Value
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.comparison.experiments import named
from fmnist_tui.tui.comparison.layout import GAP, Column, aligned, section

ALL = "all"
"""Shown instead of letters if all have the same value."""

NARROWEST = 10
"""Fewest cells of a column, so that its heading is readable."""


def property_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield settings, layers and environment, each under its heading; equal values only if `everything`."""
    for title, rows in (
        ("settings", comparison.settings),
        ("layers", comparison.layers),
        ("environment", comparison.environment),
    ):
        shown = [row for row in rows if everything or row.differs]
        if shown:
            yield section(title if everything else f"{title} that differ{'s' * (title == 'environment')}", width)
            yield from _table(comparison, shown, marks, width)
        if alike := len(rows) - len(shown):
            yield Text(f"{counted(alike, title.rstrip('s'))} the same", "dim")


def _table(comparison: Comparison, rows: Sequence[Row], marks: Sequence[Mark], width: int) -> Iterator[Text]:
    headings = [named(column, mark) for column, mark in zip(comparison.columns, marks, strict=True)]
    label = Column(max(len(row.label) for row in rows) + 2)
    wanted = [max(NARROWEST, *(len(_words(row.values[place])) for row in rows)) for place in range(len(headings))]
    if label.width + sum(GAP + cells for cells in wanted) > width:
        yield from _turned(rows, marks, label, width)
        return
    spare = (width - label.width - sum(GAP + cells for cells in wanted)) // len(wanted)
    columns = [
        label,
        *(
            Column(max(each, min(each + spare, heading.cell_len)))
            for each, heading in zip(wanted, headings, strict=True)
        ),
    ]
    yield aligned((Text(), *headings), columns)
    for row in rows:
        yield aligned((_label(row), *(Text(_words(value), _style(row)) for value in row.values)), columns)


def _turned(rows: Sequence[Row], marks: Sequence[Mark], label: Column, width: int) -> Iterator[Text]:
    """Yield each property by value, with the letters of the experiments that have it; for many experiments."""
    letters = Column(max(2 * len(marks) - 1, len(ALL)))
    columns = (label, letters, Column(max(width - label.width - letters.width - 2 * GAP, 1)))
    for row in rows:
        owners: dict[str, list[Mark]] = {}
        for mark, value in zip(marks, row.values, strict=True):
            owners.setdefault(_words(value), []).append(mark)
        first = _label(row)
        for words, theirs in owners.items():
            which = Text(" ").join(Text(mark.letter, f"bold {mark.colour}") for mark in theirs)
            yield aligned((first, which if row.differs else Text(ALL, "dim"), Text(words, _style(row))), columns)
            first = Text()


def _label(row: Row) -> Text:
    return Text.assemble(("≠ " if row.differs else "  ", "bold"), (row.label, _style(row)))


def _style(row: Row) -> str:
    return "" if row.differs else "dim"


def _words(value: Value) -> str:
    return NOTHING if value is None else visible(str(value))
