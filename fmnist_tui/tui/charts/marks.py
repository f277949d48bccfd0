"""An experiment's letter, line and colour in charts, constant while it is marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from string import ascii_lowercase

from fmnist_tui.lab.experiments.groups import Group

COLOURS = ("yellow", "green", "bright_blue", "cyan", "bright_yellow", "bright_green", "bright_cyan", "white")
"""ANSI colours in order of use; all stay readable where colours turn grey."""


@dataclass(frozen=True, slots=True)
class Mark:
    number: int

    @property
    def letter(self) -> str:
        return ascii_lowercase[self.number % len(ascii_lowercase)]

    @property
    def hand(self) -> int:
        return self.number

    @property
    def colour(self) -> str:
        return COLOURS[self.number % len(COLOURS)]


Marked = tuple[Group, Mark]


def allotted(groups: Iterable[Group], before: Iterable[Marked] = ()) -> tuple[Mark, ...]:
    """Return a mark for each group, no two the same; those in `before` keep theirs."""
    now, unclaimed = tuple(groups), list(before)
    kept: dict[int, Mark] = {}
    for place, group in enumerate(now):
        if found := next((marked for marked in unclaimed if _is_same(marked[0], group)), None):
            unclaimed.remove(found)
            kept[place] = found[1]
    taken = {mark.number for mark in kept.values()}
    free = (number for number in count() if number not in taken)
    return tuple(kept[place] if place in kept else Mark(next(free)) for place in range(len(now)))


def _is_same(one: Group, other: Group) -> bool:
    """Return whether two groups are the same experiment, even with more runs; two single runs of it are not."""
    ids, others = ({run.id for run in group.runs} for group in (one, other))
    return (one.name, one.recipe) == (other.name, other.recipe) and (ids <= others or others <= ids)
