"""Which history columns fit, and how wide each is."""

from dataclasses import dataclass

from fmnist_tui.tui.history.columns import COLUMNS, NAME, Column

LONGEST_NAME = 40
"""Most cells of a name; the details show the rest."""

ORDINARY_NAME = 19
"""Cells a name gets before other columns do, from `ROOMY` cells on: a run's seed and id fit."""

ROOMY = 70
"""Cells from which a name is not narrowed to fit one more column."""

GAP = 2


@dataclass(frozen=True, slots=True)
class Placed:
    column: Column
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    placed: tuple[Placed, ...]
    before: bool
    after: bool


def layout(keys: tuple[str, ...], width: int, first: int = 0, longest: int = LONGEST_NAME) -> Layout:
    """Return the columns that fit into `width` cells: always the name, then `keys` from `first` on.

    Fewer than `first` are hidden if space is left on the right. `longest` is the width of the longest name.
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
    for place in range(len(columns) - 1, -1, -1):
        room -= columns[place].width + GAP
        if room < 0:
            return min(place + 1, len(columns) - 1)
    return 0
