"""The legend below charts."""

from collections.abc import Sequence

from rich.text import Text

from fmnist_tui.tui.charts.canvas import Marker
from fmnist_tui.tui.charts.heading import printable
from fmnist_tui.tui.charts.lens import Lens
from fmnist_tui.tui.charts.scale import short
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.sheet import Sheet
from fmnist_tui.tui.charts.strokes import sample

GAP = "   "


def legend(
    sheets: Sequence[Sheet], lens: Lens, width: int, *, rows: int = 3, marker: Marker = "braille"
) -> tuple[Text, ...]:
    """Return at most `rows` rows of at most `width` cells, or none; entries that do not fit are counted."""
    first = sheets[0]
    words = lens.words(first.epochs, first.latest)
    entries = [Text(" · ".join(words), "bold")] if words else []
    entries += [
        _entry([sheet.series[place] for sheet in sheets], lens, marker)
        for place, one in enumerate(first.series)
        if one.stroke == "experiment"
    ]
    return _laid_out(entries, width, rows)


def _entry(curves: Sequence[Series], lens: Lens, marker: Marker) -> Text:
    one = curves[0]
    entry = Text(f"{sample(one.stroke, one.hand, marker)}{one.letter} {printable(one.name)}", one.style)
    values = [] if lens.cursor is None else [curve.value_at(lens.cursor) for curve in curves]
    texts = [short(value) for value in values if value is not None]
    return entry.append(f" {' / '.join(texts)}", "not dim bold") if texts else entry


def _laid_out(entries: Sequence[Text], width: int, rows: int) -> tuple[Text, ...]:
    """Return entries in rows, each in one piece unless it is alone."""
    lines: list[list[Text]] = []
    for place, entry in enumerate(entries):
        if lines and _cells(*lines[-1], entry) <= width:
            lines[-1].append(entry)
        elif len(lines) < rows:
            lines.append([entry])
        else:
            _give_way(lines[-1], len(entries) - place, width)
            break
    return tuple(_joined(line, width) for line in lines)


def _give_way(line: list[Text], left: int, width: int) -> None:
    while len(line) > 1 and _cells(*line, _more(left)) > width:
        line.pop()
        left += 1
    line[0].truncate(max(width - len(GAP) - _more(left).cell_len, 1), overflow="ellipsis")
    line.append(_more(left))


def _more(count: int) -> Text:
    return Text(f"… {count} more")


def _cells(*entries: Text) -> int:
    return sum(entry.cell_len for entry in entries) + len(GAP) * (len(entries) - 1)


def _joined(entries: Sequence[Text], width: int) -> Text:
    line = Text(GAP).join(entries)
    line.truncate(width, overflow="ellipsis")
    return line
