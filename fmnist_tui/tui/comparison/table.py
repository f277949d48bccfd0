from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from fmnist_tui.lab.comparison.comparison import (
    ComparedExperiment,
    Comparison,
    MetricCell,
    MetricRow,
    PropertyRow,
    Value,
)
from fmnist_tui.lab.comparison.text_tables import amount_text, figure_text, interval_text
from fmnist_tui.lab.fields.field import NOTHING, Metric
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.statistics.verdicts import Verdict
from fmnist_tui.tui.charts.experiments import Figure, Mark, runs_words
from fmnist_tui.tui.charts.strokes import Marker, sample

GAP = 2


@dataclass(frozen=True, slots=True)
class TextColumn:
    width: int
    """Cells; longer text is cut, with an ellipsis."""
    right: bool = False


def aligned(cells: Iterable[Text], columns: Sequence[TextColumn]) -> Text:
    row = Text()
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        text = cell.copy()
        text.truncate(column.width, overflow="ellipsis")
        text.align("right" if column.right else "left", column.width)
        row.append(" " * GAP if place else "").append_text(text)
    row.rstrip()
    return row


def section(title: str, width: int) -> Text:
    row = Text(f"{title} ", "bold")
    row.truncate(width, overflow="ellipsis")
    return row.append("─" * (width - row.cell_len), "dim")


LONGEST_NAME = 30


def experiment_rows(
    comparison: Comparison, marks: Sequence[Mark], width: int, *, marker: Marker = "braille"
) -> Iterator[Text]:
    names = [named(column, mark) for column, mark in zip(comparison.columns, marks, strict=True)]
    layers = [visible(column.shorthand) for column in comparison.columns]
    room = width - 6 - 10 - 4 - 4 * GAP
    name_width = min(max(*(name.cell_len for name in names), len("experiment")), LONGEST_NAME, room - 8)
    layers_width = min(max(*map(len, layers), len("layers")), room - name_width)
    columns = (
        TextColumn(6),
        TextColumn(name_width),
        TextColumn(layers_width),
        TextColumn(10, right=True),
        TextColumn(4, right=True),
    )
    yield aligned((Text(words, "dim") for words in ("", "experiment", "layers", "parameters", "runs")), columns)
    for place, (column, mark) in enumerate(zip(comparison.columns, marks, strict=True)):
        yield aligned(
            (
                Text(sample("experiment", mark.line_style, marker), mark.colour),
                names[place],
                Text(layers[place]),
                Text(f"{comparison.parameters[place]:,}"),
                Text(str(len(column.group.finished))),
            ),
            columns,
        )


SPREAD_FROM = 70
"""Cells from which the lead has room for the spread."""


def lead_rows(
    comparison: Comparison, marks: Sequence[Mark], figure: Figure, width: int, *, marker: Marker = "braille"
) -> Iterator[Text]:
    """Yield the charted metric of each experiment with its difference to the first."""
    row = next((row for row in comparison.metrics if row.metric.name == f"val_{figure}"), None)
    spread = width >= SPREAD_FROM
    names = [named(column, mark) for column, mark in zip(comparison.columns, marks, strict=True)]
    mean_width, shortest, longest = (15, 22, 40) if spread else (8, 12, 22)
    room = width - 6 - mean_width - 10 - 4 * GAP
    verdicts = [cell.verdict for cell in row.cells if cell.verdict] if row else []
    counts = [runs_words(column.group) for column in comparison.columns if not column.group.finished]
    beside = ["verdict", *(_verdict_text(verdict, shortest) for verdict in verdicts), *counts]
    wanted = max(len("experiment"), *(name.cell_len for name in names))
    name_width = min(wanted, room - min(max(map(len, beside)), shortest), LONGEST_NAME)
    verdict_width = min(room - name_width, longest)
    columns = (
        TextColumn(6),
        TextColumn(name_width),
        TextColumn(mean_width, right=True),
        TextColumn(10, right=True),
        TextColumn(verdict_width),
    )
    headings = ("", "experiment", "mean ±sd" if spread else "mean", _to(marks), "verdict")
    yield aligned((Text(words, "dim") for words in headings), columns)
    for place, (column, mark) in enumerate(zip(comparison.columns, marks, strict=True)):
        cell = row.cells[place] if row else MetricCell(None)
        mean, _, amount, words = _cells(row.metric, cell, verdict_width) if row else (Text(), Text(), Text(), Text())
        if not column.group.finished:
            words = Text(runs_words(column.group), "dim")
        line = Text(sample("experiment", mark.line_style, marker), mark.colour)
        shown = mean if spread else Text(mean.plain.split(" ")[0])
        yield aligned((line, names[place], shown, amount, words), columns)


def _to(marks: Sequence[Mark]) -> str:
    return f"vs {marks[0].letter}   "


def named(column: ComparedExperiment, mark: Mark) -> Text:
    return Text.assemble((mark.letter, f"bold {mark.colour}"), " ", visible(column.name))


def notes(comparison: Comparison, marks: Sequence[Mark]) -> Iterator[str]:
    columns = comparison.columns
    letters = [mark.letter for mark in marks]
    datasets = [shown_name(column.group.recipe.dataset) for column in columns]
    if len(set(datasets)) > 1:
        others = [
            f"{letter} is {dataset}"
            for letter, dataset in zip(letters, datasets, strict=True)
            if dataset != datasets[0]
        ]
        yield (
            f"Different datasets: {letters[0]} is {datasets[0]}, {', '.join(others)}. Results on different "
            "datasets are never mixed: no difference is shown between them, and only curves on the first's are drawn."
        )
    elif all(column.group.recipe == columns[0].group.recipe for column in columns):
        yield "The recipes are the same: what differs in the results is chance alone."
    if bare := _those(columns, letters, 0):
        yield f"No finished runs: {bare}. Train some to compare them."
    if single := _those(columns, letters, 1):
        yield f"One run: {single}. One run has no spread, so no difference is shown; train more seeds."


def _those(columns: Sequence[ComparedExperiment], letters: Sequence[str], finished: int) -> str:
    found = [letter for column, letter in zip(columns, letters, strict=True) if len(column.group.finished) == finished]
    return ", ".join(found)


ALL = "all"
"""Shown instead of letters if all have the same value."""

NARROWEST = 10
"""Fewest cells of a column, so that its heading is readable."""


def property_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield settings, layers and environment; equal values only if `everything`."""
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


def _table(comparison: Comparison, rows: Sequence[PropertyRow], marks: Sequence[Mark], width: int) -> Iterator[Text]:
    headings = [named(column, mark) for column, mark in zip(comparison.columns, marks, strict=True)]
    label = TextColumn(max(len(row.label) for row in rows) + 2)
    wanted = [max(NARROWEST, *(len(_words(row.values[place])) for row in rows)) for place in range(len(headings))]
    if label.width + sum(GAP + cells for cells in wanted) > width:
        yield from _turned(rows, marks, label, width)
        return
    spare = (width - label.width - sum(GAP + cells for cells in wanted)) // len(wanted)
    columns = [
        label,
        *(
            TextColumn(max(each, min(each + spare, heading.cell_len)))
            for each, heading in zip(wanted, headings, strict=True)
        ),
    ]
    yield aligned((Text(), *headings), columns)
    for row in rows:
        yield aligned((_label(row), *(Text(_words(value), _style(row)) for value in row.values)), columns)


def _turned(rows: Sequence[PropertyRow], marks: Sequence[Mark], label: TextColumn, width: int) -> Iterator[Text]:
    """Yield each value with the letters of the experiments that have it, for many experiments."""
    letters = TextColumn(max(2 * len(marks) - 1, len(ALL)))
    columns = (label, letters, TextColumn(max(width - label.width - letters.width - 2 * GAP, 1)))
    for row in rows:
        owners: dict[str, list[Mark]] = {}
        for mark, value in zip(marks, row.values, strict=True):
            owners.setdefault(_words(value), []).append(mark)
        first = _label(row)
        for words, theirs in owners.items():
            which = Text(" ").join(Text(mark.letter, f"bold {mark.colour}") for mark in theirs)
            yield aligned((first, which if row.differs else Text(ALL, "dim"), Text(words, _style(row))), columns)
            first = Text()


def _label(row: PropertyRow) -> Text:
    return Text.assemble(("≠ " if row.differs else "  ", "bold"), (row.label, _style(row)))


def _style(row: PropertyRow) -> str:
    return "" if row.differs else "dim"


def _words(value: Value) -> str:
    return NOTHING if value is None else visible(str(value))


NAME_WIDTHS = (12, 26)

INTERVAL_FROM = 104
"""Width in cells from which a difference's interval is shown."""


def result_rows(comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool) -> Iterator[Text]:
    """Yield for each metric a row for each experiment; equal classes only if `everything`."""
    columns = _columns(comparison, width)
    headings = ["", "mean ±sd", "n", _to(marks), "95 % interval", "verdict"]
    shown = _without_interval(headings, columns)
    yield section("results", width)
    yield aligned((Text(words, "dim") for words in shown), columns)
    yield from _figures(comparison, comparison.metrics, marks, columns)
    classes = tuple(row for row in comparison.classes if everything or any(map(_is_told, row.cells)))
    if classes:
        yield section("classes" if everything else "classes that differ", width)
        yield from _figures(comparison, classes, marks, columns)


def _columns(comparison: Comparison, width: int) -> tuple[TextColumn, ...]:
    verdicts = [cell.verdict for row in (*comparison.metrics, *comparison.classes) for cell in row.cells]
    wide = width >= INTERVAL_FROM
    longest = max((len(_verdict_text(one, 99 if wide else 0)) for one in verdicts if one), default=0)
    figures = (TextColumn(15, right=True), TextColumn(3, right=True), TextColumn(10, right=True))
    interval = (TextColumn(20, right=True),) if wide else ()
    fixed = sum(column.width + GAP for column in (*figures, *interval))
    room = min(max(width - fixed - GAP - longest, NAME_WIDTHS[0]), NAME_WIDTHS[1])
    name = min(room, max(len(column.name) for column in comparison.columns) + 4)
    return (TextColumn(name), *figures, *interval, TextColumn(max(width - fixed - GAP - name, 8)))


def _figures(
    comparison: Comparison, rows: Iterable[MetricRow], marks: Sequence[Mark], columns: Sequence[TextColumn]
) -> Iterator[Text]:
    for row in rows:
        yield Text(row.metric.words, "bold")
        for column, mark, cell in zip(comparison.columns, marks, row.cells, strict=True):
            name = Text("  ").append_text(named(column, mark))
            yield aligned((name, *_cells(row.metric, cell, columns[-1].width, interval=len(columns) > 5)), columns)


def _cells(metric: Metric, cell: MetricCell, room: int, *, interval: bool = False) -> tuple[Text, ...]:
    mean = Text(figure_text(metric, cell.spread))
    n = Text(str(cell.spread.n) if cell.spread else "")
    if cell.difference is None or cell.verdict is None:
        return (mean, n, *[Text()] * (2 + interval))
    style = {"clear": "bold", "possible": "", "not resolved": "dim"}[cell.verdict.word]
    unit = " pp" if metric.is_share else "   "
    amount = Text(amount_text(metric, cell.difference.mean) + unit, style)
    ends = (Text(interval_text(metric, cell.difference), style),) if interval else ()
    return (mean, n, amount, *ends, Text(_verdict_text(cell.verdict, room), style))


def _verdict_text(verdict: Verdict, room: int) -> str:
    """Return `not resolved, +6 seeds` or less."""
    full = str(verdict)
    short = f"{verdict.word}, +{counted(verdict.more, 'seed')}" if verdict.more else verdict.word
    return next((words for words in (full, short) if len(words) <= room), verdict.word)


def _without_interval(cells: list[str], columns: Sequence[TextColumn]) -> list[str]:
    return cells if len(columns) == len(cells) else [*cells[:4], *cells[5:]]


def _is_told(cell: MetricCell) -> bool:
    return cell.verdict is not None and cell.verdict.word != "not resolved"


def table_rows(
    comparison: Comparison, marks: Sequence[Mark], width: int, *, everything: bool, named_above: bool = False
) -> Iterator[Text]:
    """Yield rows of at most `width` (at least 56) cells; notes may wrap, and come first if `named_above`."""
    limits = [Text(f"! {note}", "italic") for note in notes(comparison, marks)]
    experiments = experiment_rows(comparison, marks, width)
    yield from (*limits, *experiments) if named_above else (*experiments, *limits)
    yield from result_rows(comparison, marks, width, everything=everything)
    yield from property_rows(comparison, marks, width, everything=everything)
