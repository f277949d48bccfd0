"""The metrics of the compared experiments, and each one's difference from the first."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import Cell, Comparison, MetricRow
from fmnist_tui.lab.comparison.text_tables import amount_text, figure_text, interval_text
from fmnist_tui.lab.fields.field import Metric
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.statistics.verdicts import Verdict
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.comparison.experiments import named
from fmnist_tui.tui.comparison.layout import GAP, Column, aligned, section

NAME_WIDTHS = (12, 26)

INTERVAL_FROM = 104
"""Width in cells from which a difference's interval is shown."""


def result_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield for each metric a row for each experiment; classes whose F1 does not differ only if `everything`."""
    columns = _columns(comparison, width)
    headings = ["", "mean ±sd", "n", f"to {marks[0].letter}   ", "95 % interval", "verdict"]
    shown = _without_interval(headings, columns)
    yield section("results", width)
    yield aligned((Text(words, "dim") for words in shown), columns)
    yield from _figures(comparison, comparison.metrics, marks, columns)
    classes = tuple(row for row in comparison.classes if everything or any(map(_is_told, row.cells)))
    if classes:
        yield section("classes" if everything else "classes that differ", width)
        yield from _figures(comparison, classes, marks, columns)


def _columns(comparison: Comparison, width: int) -> tuple[Column, ...]:
    """Return the columns: name, mean, n, difference, its interval if there is room, verdict."""
    verdicts = [cell.verdict for row in (*comparison.metrics, *comparison.classes) for cell in row.cells]
    wide = width >= INTERVAL_FROM
    longest = max((len(_verdict_text(one, 99 if wide else 0)) for one in verdicts if one), default=0)
    figures = (Column(15, right=True), Column(3, right=True), Column(10, right=True))
    interval = (Column(20, right=True),) if wide else ()
    fixed = sum(column.width + GAP for column in (*figures, *interval))
    room = min(max(width - fixed - GAP - longest, NAME_WIDTHS[0]), NAME_WIDTHS[1])
    name = min(room, max(len(column.name) for column in comparison.columns) + 4)
    return (Column(name), *figures, *interval, Column(max(width - fixed - GAP - name, 8)))


def _figures(
    comparison: Comparison, rows: Iterable[MetricRow], marks: Sequence[Mark], columns: Sequence[Column]
) -> Iterator[Text]:
    for row in rows:
        yield Text(row.metric.words, "bold")
        for column, mark, cell in zip(comparison.columns, marks, row.cells, strict=True):
            name = Text("  ").append_text(named(column, mark))
            yield aligned((name, *_cells(row.metric, cell, columns)), columns)


def _cells(metric: Metric, cell: Cell, columns: Sequence[Column]) -> tuple[Text, ...]:
    mean = Text(figure_text(metric, cell.spread))
    n = Text(str(cell.spread.n) if cell.spread else "")
    if cell.difference is None or cell.verdict is None:
        return (mean, n, *[Text()] * (len(columns) - 3))
    style = {"clear": "bold", "possible": "", "not resolved": "dim"}[cell.verdict.word]
    unit = " pp" if metric.is_share else "   "
    amount = Text(amount_text(metric, cell.difference.mean) + unit, style)
    interval = (Text(interval_text(metric, cell.difference), style),) if len(columns) > 5 else ()
    return (mean, n, amount, *interval, Text(_verdict_text(cell.verdict, columns[-1].width), style))


def _verdict_text(verdict: Verdict, room: int) -> str:
    """Return a verdict, shortened if there is no room: `not resolved, +6 seeds`."""
    full = str(verdict)
    if len(full) <= room or verdict.word == "clear":
        return full
    return f"{verdict.word}, +{counted(verdict.more, 'seed')}" if verdict.more else verdict.word


def _without_interval(cells: list[str], columns: Sequence[Column]) -> list[str]:
    return cells if len(columns) == len(cells) else [*cells[:4], *cells[5:]]


def _is_told(cell: Cell) -> bool:
    return cell.verdict is not None and cell.verdict.word != "not resolved"
