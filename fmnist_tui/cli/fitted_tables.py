from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fmnist_tui.cli.output import as_written
from fmnist_tui.lab.plain_text import visible

LONGEST_WORD = 24
"""Cells from which a word is split."""

PADDING = 2


@dataclass(frozen=True, slots=True)
class FittedColumn:
    heading: str
    right: bool = False
    """Figures: aligned right, and never wrapped."""


def print_table(console: Console, columns: Sequence[FittedColumn], rows: Sequence[Sequence[str]]) -> None:
    """Text wraps between words; columns that do not fit form a table below, which repeats the first column."""
    headings = [_shown(column.heading) for column in columns]
    cells = [[_shown(cell) for cell in column] for column in zip(*rows, strict=True)] or [[] for _ in columns]
    natural = [max(map(cell_len, (heading, *column))) for heading, column in zip(headings, cells, strict=True)]
    least = [
        max(_longest_word(heading), *map(cell_len if column.right else _longest_word, texts), 0)
        for column, heading, texts in zip(columns, headings, cells, strict=True)
    ]
    for number, part in enumerate(_parts(least, console.width)):
        if number:
            console.print()
        widths = _widths([natural[place] for place in part], [least[place] for place in part], console.width)
        table = Table(box=None, padding=(0, 1), header_style="bold")
        for place, width in zip(part, widths, strict=True):
            right = columns[place].right
            table.add_column(
                Text(headings[place]), justify="right" if right else "left", overflow="fold", width=max(width, 1)
            )
        for row in zip(*(cells[place] for place in part), strict=True):
            if not number or any(row[1:]):
                table.add_row(*map(Text, row))
        console.print(table)


def _shown(text: str) -> str:
    return as_written(visible(text))


def _longest_word(text: str) -> int:
    return min(max(map(cell_len, text.split()), default=0), LONGEST_WORD)


def _parts(least: Sequence[int], width: int) -> Iterator[list[int]]:
    """Yield column indices of tables in which all columns have their least width."""
    part = [0]
    room = width - least[0] - PADDING
    for place, wanted in enumerate(least[1:], start=1):
        if wanted + PADDING > room and len(part) > 1:
            yield part
            part, room = [0], width - least[0] - PADDING
        part.append(place)
        room -= wanted + PADDING
    yield part


def _widths(natural: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Narrow the widest columns, none below its least width, until all fit."""
    widths = list(natural)
    while sum(widths) + PADDING * len(widths) > width:
        wrapping = [place for place, now in enumerate(widths) if now > least[place]]
        if not wrapping:
            break
        widths[max(wrapping, key=lambda place: widths[place])] -= 1
    return widths
