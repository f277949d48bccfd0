"""Tables of a report: figures as text, columns laid out for the eye in the plain Markdown too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.formats import NOTHING
from fmnist_tui.lab.fields.network import LAYERS, PARAMETERS
from fmnist_tui.lab.fields.record import FINISHED_RUNS, NAME
from fmnist_tui.lab.fields.registry import field_called
from fmnist_tui.lab.fields.results import SECONDS, TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.records.run import Metrics
from fmnist_tui.lab.report.escaping import escape

WIDEST = 40
"""Characters up to which a column is padded; a longer cell sticks out alone."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and a group's cell in it."""

    heading: str
    cell: Callable[[Group], str]
    """A group's figure as Markdown."""
    right: bool = True
    """Whether the cells are set to the right, as figures are."""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """Return a Markdown table, its cells padded to one width a column.

    Args:
        headings: a heading a column, as Markdown.
        rows: as many cells each, as Markdown.
        right: the columns, counted from 0, that are set to the right.
    """
    lines = [tuple(headings), *map(tuple, rows)]
    to_right = set(right)
    columns = [_padded(column, place in to_right) for place, column in enumerate(zip(*lines, strict=True))]
    return "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))


def _padded(cells: Sequence[str], to_right: bool) -> list[str]:
    """Return a column's heading, its rule and its other cells, all of one width but for those too long."""
    width = max(3, *(len(cell) for cell in cells if len(cell) <= WIDEST))
    heading, *others = (cell.rjust(width) if to_right else cell.ljust(width) for cell in cells)
    return [heading, "-" * (width - 1) + (":" if to_right else "-"), *others]


def results_table(groups: Sequence[Group], *, hyperparameters: Sequence[str] = (), published: bool = False) -> str:
    """Return the results of some groups as a table, with their notes under it.

    Args:
        groups: groups of one dataset, each with a finished run.
        hyperparameters: the names of those that get a column.
        published: whether to set the published figures beside ours.
    """
    notes: list[str] = []
    columns = (
        Column(NAME.title, name_of, right=False),
        Column(LAYERS.words, lambda group: f"`{LAYERS.of_group(group)}`", right=False),
        *(column_of(field) for name in hyperparameters if (field := field_called(name))),
        column_of(PARAMETERS),
        Column(FINISHED_RUNS.key, lambda group: str(FINISHED_RUNS.of_group(group))),
        column_of(VAL_ACCURACY, "val. accuracy"),
        column_of(TEST_ACCURACY),
        column_of(TEST_LOSS),
        *(_PUBLISHED if published else ()),
        column_of(SECONDS),
    )
    rows = []
    for group in groups:
        first, *others = (column.cell(group) for column in columns)
        rows.append((first + _marks(group, notes), *others))
    right = [place for place, column in enumerate(columns) if column.right]
    listed = "\n".join(f"- {_raised(number)} {note}" for number, note in enumerate(notes, 1))
    body = table([column.heading for column in columns], rows, right=right)
    return f"{body}\n\n{listed}" if listed else body


def name_of(group: Group) -> str:
    """Return a group's name as Markdown; a notebook written by hand may have left it empty."""
    return escape(group.name) or "(no name)"


def column_of(field: Field, heading: str = "") -> Column:
    """Return the column of a field that holds no text of a person's own."""
    return Column(heading or field.words, lambda group: field.show(group, "report"), field.at_right)


def points(difference: float) -> str:
    """Return a difference of two accuracies (each 0 to 1) in percentage points, with its sign: `+0.35`."""
    return fixed(round(100 * difference, 2) + 0.0, 2, sign=True)  # adding 0.0 takes the sign off a zero


def published_figures(group: Group) -> Metrics | None:
    """Return the published figures that a group may be set beside: those of its plan, on Fashion-MNIST alone."""
    if group.plan is None or group.recipe.dataset != "fashion-mnist":
        return None
    return group.plan.published


def _difference(group: Group) -> str:
    ours, theirs = TEST_ACCURACY.spread(group), published_figures(group)
    return points(ours.mean - theirs.accuracy) if ours and theirs else NOTHING


def _published_cell(figure: Callable[[Metrics], float]) -> Callable[[Group], str]:
    def cell(group: Group) -> str:
        theirs = published_figures(group)
        return fixed(figure(theirs), 4) if theirs else NOTHING

    return cell


_PUBLISHED = (
    Column("published accuracy", _published_cell(lambda metrics: metrics.accuracy)),
    Column("published loss", _published_cell(lambda metrics: metrics.loss)),
    Column("ours - published (points)", _difference),
)


def _marks(group: Group, notes: list[str]) -> str:
    """Return the raised numbers of a group's notes, adding to `notes` those that are new."""
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
        notes.append("an older recipe: the plan of this name has another by now")
    return notes


def _raised(number: int) -> str:
    return str(number).translate(_RAISED)
