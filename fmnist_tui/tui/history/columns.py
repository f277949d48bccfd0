from collections.abc import Callable
from typing import NamedTuple

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field, Metric
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.tui.training.states import Entry


class HistoryColumn(NamedTuple):
    key: str
    title: str
    about: str
    width: int
    of_group: Callable[[Group], str]
    of_run: Callable[[Entry], str]
    descending: bool = False
    """Whether the first sort puts the largest first."""
    right: bool = True
    elastic: bool = False


def column_of(field: Field) -> HistoryColumn:
    return HistoryColumn(
        field.key,
        field.heading,
        field.help,
        field.width or _usual_width(field),
        lambda group: field.show(group, "compact"),
        lambda entry: field.show_run(entry.run, "compact"),
        field.descending,
        field.right_aligned,
        elastic=field.kind == "text" and not field.options,
    )


def _usual_width(field: Field) -> int:
    if field.kind == "day":
        return 16
    if field.kind == "text" or (isinstance(field, Metric) and field.with_sd):
        return 12
    return max(len(field.heading) + 1, 5)  # one for the sort arrow


VERSUS = HistoryColumn(
    "vs",
    "vs ⚑",
    "validation accuracy − the baseline's, in points, ± half its 95 % interval",
    13,
    lambda _: "",
    lambda _: "",
    descending=True,
)
"""Not a field, as it compares two groups; `cells` writes it."""

DEFAULT_COLUMNS = (
    "n",
    "status",
    "acc",
    "vs",
    "test",
    "vs_published",
    "params",
    "seconds",
    "epochs",
    "best_epoch",
    "note",
    "when",
    "layers",
)
"""The default columns after the name."""

_ALL = {VERSUS.key: VERSUS} | {key: column_of(field) for key, field in FIELDS.items()}

COLUMNS = {key: _ALL[key] for key in dict.fromkeys(("name", *DEFAULT_COLUMNS, *FIELDS))}

NAME = COLUMNS["name"]

CHOOSABLE = tuple(key for key in COLUMNS if key != "name")


LONGEST_NAME = 40
"""Most cells of a name; the details show the rest."""

ORDINARY_NAME = 19
"""Cells a name gets before other columns do, from `ROOMY` cells on: a run's seed and id fit."""

ROOMY = 70
"""Cells from which a name is not narrowed to fit one more column."""

GAP = 2


class Placed(NamedTuple):
    column: HistoryColumn
    width: int


class Layout(NamedTuple):
    placed: tuple[Placed, ...]
    before: bool
    after: bool


def layout(keys: tuple[str, ...], width: int, first: int = 0, longest: int = LONGEST_NAME) -> Layout:
    """Return the columns that fit into `width` cells: the name, then `keys` from `first` on.

    Fewer than `first` are hidden if space is left on the right. `longest` is the width of the longest name.
    """
    columns = [COLUMNS[key] for key in keys]
    name = ORDINARY_NAME if width >= ROOMY else NAME.width
    first = min(first, _most_hidden(columns, width - name))
    room = width - name
    fitting: list[HistoryColumn] = []
    for column in columns[first:]:
        if room < column.width + GAP:
            break
        room -= column.width + GAP
        fitting.append(column)
    more = min(max(room, 0), max(min(longest, LONGEST_NAME) - name, 0))
    placed = [Placed(NAME, name + more)]
    room -= more
    elastic = sum(column.elastic for column in fitting)
    for column in fitting:
        extra = room // elastic if column.elastic and room > 0 else 0
        if column.elastic:
            elastic, room = elastic - 1, room - extra
        placed.append(Placed(column, column.width + extra))
    return Layout(tuple(placed), first > 0, first + len(fitting) < len(columns))


def first_with(key: str, keys: tuple[str, ...], width: int, first: int, longest: int) -> int:
    """Return from which of `keys` on to show columns, near `first`, so that `key` is shown whole."""
    place = keys.index(key)
    for start in range(min(first, place), place):
        if any(placed.column.key == key for placed in layout(keys, width, start, longest).placed):
            return start
    return place


def _most_hidden(columns: list[HistoryColumn], room: int) -> int:
    for place in range(len(columns) - 1, -1, -1):
        room -= columns[place].width + GAP
        if room < 0:
            return min(place + 1, len(columns) - 1)
    return 0
