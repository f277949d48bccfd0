"""Which columns of the history there is room for, and how many cells each gets."""

from dataclasses import dataclass

from fmnist_tui.tui.history.columns import COLUMNS, NAME, Column

LONGEST_NAME = 40
"""Cells that a name takes at most; the rest of a longer one is seen with its details."""

ORDINARY_NAME = 19
"""Cells that a name gets before other columns do, where there are `ROOMY` cells: a run's seed and id fit in."""

ROOMY = 70
"""Cells from which a name is not pressed for the sake of one column more."""

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A column with the cells that it has on the screen."""

    column: Column
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns there is room for."""

    placed: tuple[Placed, ...]
    before: bool
    """Whether columns are hidden on the left."""
    after: bool
    """Whether columns are hidden on the right."""


def layout(keys: tuple[str, ...], width: int, first: int = 0, longest: int = LONGEST_NAME) -> Layout:
    """Return the columns that fit into some cells: always the name, then those from `first` on.

    Args:
        keys: the columns after the name, in order.
        width: cells for all, gaps included.
        first: how many columns are hidden on the left; never so many that room is left over on the right.
        longest: cells of the longest name.
    """
    columns = [COLUMNS[key] for key in keys]
    name = ORDINARY_NAME if width >= ROOMY else NAME.width
    first = min(first, _most_hidden(columns, width - name))
    room = width - name
    fitting: list[Column] = []
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


def _most_hidden(columns: list[Column], room: int) -> int:
    """Return how many columns must be hidden on the left for the last one to be seen."""
    for place in range(len(columns) - 1, -1, -1):
        room -= columns[place].width + GAP
        if room < 0:
            return min(place + 1, len(columns) - 1)
    return 0
