from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.tui.charts.axes import reading
from fmnist_tui.tui.charts.lens import ChartContent, Lens
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import Marker, sample

HEADING_GAP = "  "

FEWEST_LETTERS = 5
"""Cells of the title that remain if the legend needs the room."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def heading(title: str, series: Sequence[Series], width: int, *, marker: Marker, cursor: float | None = None) -> Text:
    """Return the title and as many entries as fit, with the values at a `cursor`."""
    shown = [one for one in series if one.name and one.stroke != "experiment"]
    entries = [_entry(one, marker, cursor, named=True) for one in shown]
    if cursor is not None and cell_len(printable(title)) + _cells(entries) > width:
        entries = [_entry(one, marker, cursor, named=False) for one in shown]
    # The values at the cursor matter more than the title.
    kept = _cells(entries) if cursor is not None else 0
    row = Text(printable(title), "bold")
    row.truncate(max(width - kept, min(width, FEWEST_LETTERS)), overflow="ellipsis")
    room = width - row.cell_len
    legend = Text()
    for entry in entries:
        if legend.cell_len + len(HEADING_GAP) + entry.cell_len <= room:
            legend.append(HEADING_GAP).append_text(entry)
    return Text.assemble(row, " " * (room - legend.cell_len), legend)


def exactly(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis" if width else "crop", pad=True)
    return text


def printable(text: str) -> str:
    """Replace control characters, so that a name from a file stays on its row."""
    return "".join(character if character.isprintable() else REPLACEMENT for character in text)


def _cells(entries: Sequence[Text]) -> int:
    return sum(len(HEADING_GAP) + entry.cell_len for entry in entries)


def _entry(series: Series, marker: Marker, cursor: float | None, *, named: bool) -> Text:
    entry = Text().append(sample(series.stroke, series.line_style, marker), series.style or None)
    value = None if cursor is None else series.value_at(cursor)
    if named or value is None:
        entry.append(f" {printable(series.name)}", series.style or None)
    return entry if value is None else entry.append(f" {reading(value)}", "bold")


GAP = "   "


def legend(
    sheets: Sequence[ChartContent], lens: Lens, width: int, *, rows: int = 3, marker: Marker = "braille"
) -> tuple[Text, ...]:
    """Return at most `rows` rows of at most `width` cells; entries that do not fit are counted."""
    first = sheets[0]
    words = lens.words(first.epochs, first.latest)
    entries = [Text(" · ".join(words), "bold")] if words else []
    entries += [
        _legend_entry([sheet.series[place] for sheet in sheets], lens, marker)
        for place, one in enumerate(first.series)
        if one.stroke == "experiment"
    ]
    return _laid_out(entries, width, rows)


def _legend_entry(curves: Sequence[Series], lens: Lens, marker: Marker) -> Text:
    one = curves[0]
    entry = Text(f"{sample(one.stroke, one.line_style, marker)}{one.letter} {printable(one.name)}", one.style)
    values = [] if lens.cursor is None else [curve.value_at(lens.cursor) for curve in curves]
    texts = [reading(value) for value in values if value is not None]
    return entry.append(f" {' / '.join(texts)}", "not dim bold") if texts else entry


def _laid_out(entries: Sequence[Text], width: int, rows: int) -> tuple[Text, ...]:
    lines: list[list[Text]] = []
    for place, entry in enumerate(entries):
        if lines and _cells_of(*lines[-1], entry) <= width:
            lines[-1].append(entry)
        elif len(lines) < rows:
            lines.append([entry])
        else:
            _give_way(lines[-1], len(entries) - place, width)
            break
    return tuple(_joined(line, width) for line in lines)


def _give_way(line: list[Text], left: int, width: int) -> None:
    while len(line) > 1 and _cells_of(*line, _more(left)) > width:
        line.pop()
        left += 1
    line[0].truncate(max(width - len(GAP) - _more(left).cell_len, 1), overflow="ellipsis")
    line.append(_more(left))


def _more(count: int) -> Text:
    return Text(f"… {count} more")


def _cells_of(*entries: Text) -> int:
    return sum(entry.cell_len for entry in entries) + len(GAP) * (len(entries) - 1)


def _joined(entries: Sequence[Text], width: int) -> Text:
    line = Text(GAP).join(entries)
    line.truncate(width, overflow="ellipsis")
    return line
