"""What an experiment is known by in charts: a letter, a line and a colour, the same for as long as it is marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from string import ascii_lowercase

from fmnist_tui.lab.experiments.groups import Group

COLOURS = ("yellow", "green", "bright_blue", "cyan", "bright_yellow", "bright_green", "bright_cyan", "white")
"""ANSI colours in the order they are given, then again; none of them is too dark a grey where there are no colours."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One experiment's mark."""

    number: int
    """Which mark it is, from 0."""

    @property
    def letter(self) -> str:
        """Its letter: a to z, then again from a."""
        return ascii_lowercase[self.number % len(ascii_lowercase)]

    @property
    def hand(self) -> int:
        """Which line it is drawn with."""
        return self.number

    @property
    def colour(self) -> str:
        """Its colour, which says nothing that letter and line do not say."""
        return COLOURS[self.number % len(COLOURS)]


Marked = tuple[Group, Mark]
"""A group and what it is known by."""


def allotted(groups: Iterable[Group], before: Iterable[Marked] = ()) -> tuple[Mark, ...]:
    """Return a mark for each of what is marked, no two the same.

    Args:
        groups: what is marked now.
        before: what was marked. What still is keeps its mark; what is new takes the first that is free.
    """
    now, known = tuple(groups), list(before)
    kept: dict[int, Mark] = {}
    for place, group in enumerate(now):
        if found := next((marked for marked in known if _is_same(marked[0], group)), None):
            known.remove(found)
            kept[place] = found[1]
    taken = {mark.number for mark in kept.values()}
    free = (number for number in count() if number not in taken)
    return tuple(kept[place] if place in kept else Mark(next(free)) for place in range(len(now)))


def _is_same(one: Group, other: Group) -> bool:
    """Return whether two groups are one: an experiment that got more runs is, two runs of one experiment are not."""
    ids, others = ({run.id for run in group.runs} for group in (one, other))
    return (one.name, one.recipe) == (other.name, other.recipe) and (ids <= others or others <= ids)
