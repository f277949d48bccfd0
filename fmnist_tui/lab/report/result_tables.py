import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING, Field
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
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Metrics

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


WIDEST = 40
"""Maximum padding; longer cells stick out."""

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
    columns = [_padded(column, place in to_right) for place, column in enumerate(zip(*lines, strict=True))]
    return "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))


def _padded(cells: Sequence[str], to_right: bool) -> list[str]:
    width = max(3, *(len(cell) for cell in cells if len(cell) <= WIDEST))
    heading, *others = (cell.rjust(width) if to_right else cell.ljust(width) for cell in cells)
    return [heading, "-" * (width - 1) + (":" if to_right else "-"), *others]


def results_table(groups: Sequence[Group], *, hyperparameters: Sequence[str] = (), published: bool = False) -> str:
    """Return a table of groups of one dataset, each with a finished run, and their notes below it."""
    notes: list[str] = []
    columns = (
        ReportColumn(NAME.title, name_of, right=False),
        ReportColumn(LAYERS.words, lambda group: f"`{LAYERS.of_group(group)}`", right=False),
        *(column_of(field) for name in hyperparameters if (field := find_field(name))),
        column_of(PARAMETERS),
        ReportColumn(FINISHED_RUNS.key, lambda group: str(FINISHED_RUNS.of_group(group))),
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
    return escape(group.name) or "(no name)"


def column_of(field: Field, heading: str = "") -> ReportColumn:
    """The field's values need no escaping."""
    return ReportColumn(heading or field.words, lambda group: field.show(group, "report"), field.right_aligned)


def _published_cell(figure: Callable[[Metrics], float]) -> Callable[[Group], str]:
    def cell(group: Group) -> str:
        theirs = published_figures(group)
        return fixed(figure(theirs), 4) if theirs else NOTHING

    return cell


_PUBLISHED = (
    ReportColumn("published accuracy", _published_cell(lambda metrics: metrics.accuracy)),
    ReportColumn("published loss", _published_cell(lambda metrics: metrics.loss)),
    ReportColumn("ours - published (points)", VS_PUBLISHED.show),
)


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
        notes.append("an older recipe: the plan of this name has changed since")
    return notes


def _raised(number: int) -> str:
    return str(number).translate(_RAISED)
