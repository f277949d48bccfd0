from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.training.states import Entry, Ongoing, entries


@dataclass(frozen=True, slots=True)
class RowKey:
    """Identifies a row, whatever the order, the filter or the file's changes."""

    name: str
    recipe: Recipe
    seed: int | None = None
    """A run's seed; None for a group's row."""
    run: str | None = None
    """The run's id, once it has one."""

    @property
    def of_group(self) -> "RowKey":
        return self if self.seed is None else replace(self, seed=None, run=None)


class HistoryRow(NamedTuple):
    group: Group
    entry: Entry | None = None
    unfolded: bool = False

    @property
    def key(self) -> RowKey:
        if self.entry is None:
            return RowKey(self.group.name, self.group.recipe)
        run = self.entry.run
        return RowKey(self.group.name, self.group.recipe, self.entry.seed, run.id if run else None)

    @property
    def run(self) -> Run | None:
        return self.entry.run if self.entry else None


class HistoryRows:
    """Each row is made on first access: only a screenful of thousands is ever made.

    No two groups may have the same name and recipe.
    """

    def __init__(
        self, groups: Sequence[Group] = (), unfolded: Collection[RowKey] = (), ongoing: Ongoing | None = None
    ) -> None:
        self._groups = groups
        self._ongoing = ongoing or {}
        self._unfolded: dict[str, list[Recipe]] = {}
        for key in unfolded:
            self._unfolded.setdefault(key.name, []).append(key.recipe)
        self._starts = [*accumulate(map(self._height, groups), initial=0)]
        """The index of each group's row, and last the number of rows."""
        self._seen: dict[int, tuple[Entry, ...]] = {}
        """The runs of groups accessed so far, by the group's index."""

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[HistoryRow]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> HistoryRow:
        at = self._group_at(place)
        group, beneath = self._groups[at], place - self._starts[at]
        if not beneath:
            return HistoryRow(group, None, self._is_unfolded(group))
        if at not in self._seen:
            self._seen[at] = entries(group, self._ongoing)
        return HistoryRow(group, self._seen[at][beneath - 1])

    def place_of(self, key: RowKey) -> int | None:
        """Return the index of the same run, else of one of the same seed, else of its group."""
        for at, group in enumerate(self._groups):
            if group.name == key.name and group.recipe == key.recipe:
                return max(range(*self._starts[at : at + 2]), key=lambda place: _likeness(key, self[place]))
        return None

    def place_near(self, place: int, before: "HistoryRows") -> int:
        """Return the index of the group at `place` in other rows; else the next below, else above."""
        if not before:
            return 0
        at = before._group_at(place)
        first: dict[str, int] = {}
        for start, group in zip(self._starts, self._groups, strict=False):
            first.setdefault(group.name, start)
        nearest = (*before._groups[at:], *reversed(before._groups[:at]))
        return next((first[group.name] for group in nearest if group.name in first), 0)

    def _group_at(self, place: int) -> int:
        if not 0 <= place < len(self):
            raise IndexError(f"there is no row {place} among {len(self)}")
        return bisect_right(self._starts, place) - 1

    def _height(self, group: Group) -> int:
        return 1 + len(entries(group, self._ongoing)) if self._is_unfolded(group) else 1

    def _is_unfolded(self, group: Group) -> bool:
        # Hashing a recipe is slow; comparing one with itself is fast.
        return group.recipe in self._unfolded.get(group.name, ())


def _likeness(key: RowKey, row: HistoryRow) -> int:
    """Return 3 for the same row, 2 for the same seed, 1 for the group, 0 for another run."""
    if row.entry is None:
        return 3 if key.seed is None else 1
    if key.seed is None or row.entry.seed != key.seed:
        return 0
    return 3 if row.key == key else 2
