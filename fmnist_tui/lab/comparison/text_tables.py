from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fmnist_tui.lab.comparison.comparison import Comparison, MetricCell, MetricRow, PropertyRow, Value
from fmnist_tui.lab.experiments.groups import Spread
from fmnist_tui.lab.fields.field import NOTHING, Metric, points, spread_text
from fmnist_tui.lab.fields.recipe import LAYERS, PARAMETERS
from fmnist_tui.lab.fields.record import FINISHED_RUNS
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.report.result_tables import escape, table
from fmnist_tui.lab.statistics.intervals import Difference, McNemar
from fmnist_tui.lab.statistics.power import MOST_SEEDS
from fmnist_tui.lab.statistics.verdicts import Verdict, p_text


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of plain text; it may hold unescaped names from a file."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: range = range(0)
    """The columns, from 0, that are aligned right."""
    notes: tuple[str, ...] = ()
    """Sentences below the table."""


_POINTS = "Accuracies, their gap and F1 differ in percentage points."


def tables(comparison: Comparison) -> Iterator[TextTable]:
    names = tuple(column.name for column in comparison.columns)
    yield TextTable(
        "results", ("", *names), tuple(_results(comparison)), range(1, 1 + len(names)), _lacking(comparison)
    )
    for place in range(1, len(names)):
        yield from _differences(comparison, place)
    if comparison.predictions:
        yield _predictions(comparison)
    yield from _properties(comparison, names)


def _results(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    columns = comparison.columns
    yield LAYERS.title, *(column.shorthand for column in columns)
    yield PARAMETERS.words, *(f"{count:,}" for count in comparison.parameters)
    yield FINISHED_RUNS.words, *(str(FINISHED_RUNS.of_group(column.group)) for column in columns)
    for row in comparison.metrics:
        yield row.metric.title, *(figure_text(row.metric, cell.spread) for cell in row.cells)


def figure_text(metric: Metric, known: Spread | None) -> str:
    return spread_text(known, decimals=metric.decimals)


def amount_text(metric: Metric, amount: float) -> str:
    if metric.is_share:
        return points(amount)
    return fixed(round(amount, metric.decimals) + 0.0, metric.decimals, sign=True)


def interval_text(metric: Metric, found: Difference) -> str:
    return f"{amount_text(metric, found.low)} to {amount_text(metric, found.high)}"


def _differs(cell: MetricCell) -> bool:
    return cell.verdict is not None and cell.verdict.word != "not resolved"


def _lacking(comparison: Comparison) -> tuple[str, ...]:
    first, *others = (column.group for column in comparison.columns)
    notes = []
    if any(group.recipe.dataset != first.recipe.dataset for group in others):
        notes.append("Results on different datasets are not compared.")
    if any(len(group.finished) < 2 for group in (first, *others)):
        notes.append("A single run has no spread, so its difference is not tested; train more seeds of it.")
    return tuple(notes)


def _differences(comparison: Comparison, place: int) -> Iterator[TextTable]:
    pair = f"{comparison.columns[place].name} − {comparison.columns[0].name}"
    classes = [row for row in comparison.classes if _differs(row.cells[place])]
    for title, metrics in ((pair, comparison.metrics), (f"classes: {pair}", classes)):
        if rows := tuple(_difference_rows(metrics, place)):
            headings = ("", "difference", "95 % interval", "p", "verdict", "more seeds")
            many = max(row.cells[place].among for row in metrics)
            correction = (f"p is corrected for {many:,} differences at once (Holm).",) if many > 1 else ()
            yield TextTable(title, headings, rows, range(1, 4), (_POINTS, *correction))


def _difference_rows(metrics: Iterable[MetricRow], place: int) -> Iterator[tuple[str, ...]]:
    for row in metrics:
        cell = row.cells[place]
        if (found := cell.difference) and (verdict := cell.verdict):
            amount, interval = amount_text(row.metric, found.mean), interval_text(row.metric, found)
            yield row.metric.title, amount, interval, p_text(verdict.p), verdict.word, more_text(verdict)


def more_text(verdict: Verdict) -> str:
    if verdict.word == "clear":
        return ""
    return f"over {MOST_SEEDS}" if verdict.more is None else f"about {verdict.more:,}"


def _predictions(comparison: Comparison) -> TextTable:
    rows = [
        (column.name, *_mcnemar(found))
        for column, found in zip(comparison.columns, comparison.predictions, strict=True)
        if found
    ]
    first = comparison.columns[0].name
    headings = ("run", "both right", "only this", "only the first", "neither", "p")
    note = "McNemar's exact test of these trained networks; it leaves out that other seeds would give other weights."
    return TextTable(f"the same test images, against {first}", headings, tuple(rows), range(1, 6), (note,))


def _mcnemar(found: McNemar) -> tuple[str, ...]:
    counts = (found.both, found.only_a, found.only_b, found.neither)
    return (*(f"{count:,}" for count in counts), p_text(found.p))


def _properties(comparison: Comparison, names: tuple[str, ...]) -> Iterator[TextTable]:
    layers = [row for row in comparison.layers if row.differs]
    alike = len(comparison.layers) - len(layers)
    for title, rows, notes in (
        ("settings that differ", comparison.settings, ()),
        ("layers that differ", layers, (f"{counted(alike, 'layer')} the same.",) if alike else ()),
        ("environment that differs", comparison.environment, ()),
    ):
        if rows:
            yield TextTable(title, ("", *names), tuple(_texts(row) for row in rows), notes=notes)


def _texts(row: PropertyRow) -> tuple[str, ...]:
    return (row.label, *map(_text, row.values))


def _text(value: Value) -> str:
    return NOTHING if value is None else str(value)


def as_markdown(comparison: Comparison) -> str:
    """Return Markdown; names from a notebook are escaped."""
    return "\n\n".join(part for each in tables(comparison) for part in _parts(each)) + "\n"


def _parts(each: TextTable) -> Iterator[str]:
    yield f"### {escape(each.title[:1].upper() + each.title[1:])}"
    headings = [escape(heading) for heading in each.headings]
    rows = [[cell if place in each.figures else escape(cell) for place, cell in enumerate(row)] for row in each.rows]
    yield table(headings, rows, right=each.figures)
    yield from each.notes
