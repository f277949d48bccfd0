import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING, Field, Metric, points
from fmnist_tui.lab.fields.recipe import LAYERS, PARAMETERS
from fmnist_tui.lab.fields.record import FINISHED_RUNS, NAME
from fmnist_tui.lab.fields.registry import find_field
from fmnist_tui.lab.fields.results import (
    SECONDS,
    TEST_ACCURACY,
    TEST_LOSS,
    VAL_ACCURACY,
    VS_PUBLISHED,
    published_figures,
)
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Metrics
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.study import Study
from fmnist_tui.lab.statistics.class_errors import Confusion, class_report, most_frequent_mistakes
from fmnist_tui.lab.statistics.intervals import interval
from fmnist_tui.lab.statistics.noise import prediction

LONGEST = 2_000

_ACTIVE = re.compile(r"[\\`*_{}\[\]#|~^$]")
"""Special anywhere in a line of Markdown, its tables and formulas."""
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
"""GitHub's Markdown makes links of these."""
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=:]))")
"""Makes a list, underline or definition at the start of a line."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    r"""Return inline Markdown for any place in a line or a table cell.

    White space becomes single spaces; control characters show as escapes, `\x1b`; Markdown, HTML and bare
    addresses show as typed.
    """
    inert = _ACTIVE.sub(r"\\\g<0>", visible(" ".join(text.split()), LONGEST)).translate(_ENTITIES)
    inert = _LINK.sub(lambda match: re.sub(r"[:/.]", r"\\\g<0>", match[0]), inert)
    return _BLOCK.sub(r"\1\\", inert)


WIDEST = 60
"""A table with a longer cell is not padded; markdownlint wants all cells of a table padded, or none."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class ReportColumn:
    heading: str
    cell: Callable[[Group], str]
    """Returns Markdown."""
    right: bool = True


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """Pad cells, which are Markdown, to the width of their column; `right` are the columns aligned right."""
    lines = [tuple(headings), *map(tuple, rows)]
    to_right = set(right)
    padded = all(len(cell) <= WIDEST and not _double_width(cell) for line in lines for cell in line)
    columns = [_column(column, place in to_right, padded) for place, column in enumerate(zip(*lines, strict=True))]
    return "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))


def _double_width(text: str) -> bool:
    """Whether the text is wider than its characters are many, in a font of one width."""
    return not text.isascii() and any(unicodedata.east_asian_width(character) in "WF" for character in text)


def _column(cells: Sequence[str], to_right: bool, padded: bool) -> list[str]:
    """Return the heading, the line below it and the cells."""
    width = max(3, *map(len, cells)) if padded else 0
    heading, *others = (cell.rjust(width) if to_right else cell.ljust(width) for cell in cells)
    return [heading, "-" * (max(3, width) - 1) + (":" if to_right else "-"), *others]


def results_table(study: Study, *, hyperparameters: Sequence[str] = ()) -> str:
    """Return a table with the notes of the plans below it; `hyperparameters` are those that get a column."""
    notes: list[str] = []
    columns = (
        ReportColumn(translated(NAME.title), lambda group: name_of(group) + _marks(group, notes), right=False),
        ReportColumn(translated(LAYERS.words), lambda group: f"`{LAYERS.of_group(group)}`", right=False),
        *(column_of(field) for name in hyperparameters if (field := find_field(name))),
        column_of(PARAMETERS),
        ReportColumn(FINISHED_RUNS.key, lambda group: str(FINISHED_RUNS.of_group(group))),
        column_of(VAL_ACCURACY),
        ReportColumn(_heading("interval"), lambda group: interval_text(VAL_ACCURACY, group)),
        *_against(study),
        column_of(SECONDS),
    )
    listed = _rows(study.groups, study, columns)
    if not notes:
        return listed
    return f"{listed}\n\n" + "\n".join(f"- {_raised(number)} {note}" for number, note in enumerate(notes, 1))


def _against(study: Study) -> tuple[ReportColumn, ...]:
    reference = study.reference
    if reference is None or not study.to_reference:
        return ()

    def difference_text(group: Group) -> str:
        found = study.to_reference.get(id(group))
        return points(found.difference.mean) if found else NOTHING

    def verdict_text(group: Group) -> str:
        if group is reference:
            return translated(wording.BASELINE) if reference is study.baseline else translated(wording.THE_CHOICE)
        found = study.to_reference.get(id(group))
        return str(found.verdict) if found else NOTHING

    return (
        ReportColumn(_heading("against").format(name=name_of(reference)), difference_text),
        ReportColumn(_heading("verdict"), verdict_text, right=False),
    )


def published_table(study: Study) -> str | None:
    compared = [group for group in study.groups if published_figures(group)]
    if not compared:
        return None
    columns = (
        ReportColumn(translated(NAME.title), name_of, right=False),
        column_of(TEST_ACCURACY),
        ReportColumn(_heading("one_run"), _one_run_text),
        ReportColumn(_heading("published_accuracy"), _published_cell(lambda metrics: metrics.accuracy)),
        ReportColumn(_heading("difference"), VS_PUBLISHED.show),
        column_of(TEST_LOSS),
        ReportColumn(_heading("published_loss"), _published_cell(lambda metrics: metrics.loss)),
    )
    return _rows(compared, study, columns)


def _rows(groups: Sequence[Group], study: Study, columns: Sequence[ReportColumn]) -> str:
    right = [0, *(place for place, column in enumerate(columns, 1) if column.right)]
    rows = [(str(study.number(group)), *(column.cell(group) for column in columns)) for group in groups]
    return table([escape(_heading("number")), *(column.heading for column in columns)], rows, right=right)


def _heading(key: str) -> str:
    return translated(wording.COLUMNS[key])


def class_table(confusion: Confusion, classes: Classes) -> str:
    headings = [_heading(key) for key in ("class", "precision", "recall", "f1", "images", "taken_for")]
    mistakes = most_frequent_mistakes(confusion, len(classes.names) ** 2)
    rows = []
    for label, score in enumerate(class_report(confusion)):
        worst = next((each for each in mistakes if each.true == label), None)
        taken = f"{escape(classes.said(worst.predicted))} ({100 * worst.share:.1f} %)" if worst else NOTHING
        figures = [f"{value:.4f}" for value in (score.precision, score.recall, score.f1)]
        rows.append((escape(classes.said(label)), *figures, f"{score.support:,}", taken))
    return table(headings, rows, right=(1, 2, 3, 4))


def name_of(group: Group) -> str:
    return escape(group.name) or translated(wording.NO_NAME)


def named(group: Group) -> str:
    return f"**{name_of(group)}** (`{LAYERS.of_group(group)}`)"


def column_of(field: Field, heading: str = "") -> ReportColumn:
    """The field's values need no escaping."""
    return ReportColumn(
        heading or translated(field.words), lambda group: field.show(group, "report"), field.right_aligned
    )


def interval_text(metric: Metric, group: Group) -> str:
    """Return the 95 % interval of a group's mean: `0.8839 to 0.8913`."""
    found = interval([*metric.figures(group).values()])
    return _from_to(found.low, found.high) if found else NOTHING


def mean_words(metric: Metric, group: Group) -> str:
    """Return a group's mean with what is known of its error, for a sentence; `–` without a value."""
    values = [*metric.figures(group).values()]
    spread, found = metric.spread(group), interval(values)
    if spread is None:
        return NOTHING
    if spread.sd is None or found is None:
        return translated(wording.ONE_RUN).format(mean=fixed(spread.mean, 4))
    return translated(wording.OVER_RUNS).format(
        mean=fixed(spread.mean, 4),
        sd=fixed(spread.sd, 4),
        n=spread.n,
        low=fixed(found.low, 4),
        high=fixed(found.high, 4),
    )


def _from_to(low: float, high: float) -> str:
    return translated(wording.FROM_TO).format(low=fixed(low, 4), high=fixed(high, 4))


def _one_run_text(group: Group) -> str:
    found = prediction([*TEST_ACCURACY.figures(group).values()])
    return _from_to(found.low, found.high) if found else NOTHING


def _published_cell(figure: Callable[[Metrics], float]) -> Callable[[Group], str]:
    def cell(group: Group) -> str:
        theirs = published_figures(group)
        return fixed(figure(theirs), 4) if theirs else NOTHING

    return cell


def _marks(group: Group, notes: list[str]) -> str:
    numbers = []
    for note in _notes(group):
        if note not in notes:
            notes.append(note)
        numbers.append(_raised(notes.index(note) + 1))
    return f" {' '.join(numbers)}" if numbers else ""


def _notes(group: Group) -> list[str]:
    notes = []
    if group.plan and group.plan.note and (note := escape(group.plan.note)):
        notes.append(note)
    if group.older:
        notes.append(translated(wording.OLDER_RECIPE))
    return notes


def _raised(number: int) -> str:
    return str(number).translate(_RAISED)
