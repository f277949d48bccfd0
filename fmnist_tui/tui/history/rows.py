"""The rows of the history: one for each group of runs, and one for each run beneath those that are unfolded."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.training.states import Entry, Ongoing, entries


@dataclass(frozen=True, slots=True)
class Key:
    """What a row is known by, whatever becomes of the order, the filter and the file."""

    name: str
    recipe: Recipe
    seed: int | None = None
    """The seed of a run; None for the row of a group."""
    run: str | None = None
    """The run's id, once it has one."""

    @property
    def of_group(self) -> "Key":
        """The key of the group's own row."""
        return self if self.seed is None else replace(self, seed=None, run=None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a group, or one of its runs."""

    group: Group
    entry: Entry | None = None
    """The run that the row is for; None for the group's own row."""
    unfolded: bool = False
    """Whether the group's runs stand beneath."""

    @property
    def key(self) -> Key:
        """What the row is known by."""
        if self.entry is None:
            return Key(self.group.name, self.group.recipe)
        run = self.entry.run
        return Key(self.group.name, self.group.recipe, self.entry.seed, run.id if run else None)

    @property
    def run(self) -> Run | None:
        """The run that the row is for, as far as it is known."""
        return self.entry.run if self.entry else None


class Rows:
    """The rows of groups in their order, each made when it is looked at: of thousands only a screenful ever is.

    Args:
        groups: the groups, no two of one name and recipe.
        unfolded: the groups whose runs stand beneath them.
        ongoing: what is trained or waits.
    """

    def __init__(
        self, groups: Sequence[Group] = (), unfolded: Collection[Key] = (), ongoing: Ongoing | None = None
    ) -> None:
        self._groups = groups
        self._ongoing = ongoing or {}
        self._unfolded: dict[str, list[Recipe]] = {}
        for key in unfolded:
            self._unfolded.setdefault(key.name, []).append(key.recipe)
        self._starts = [*accumulate(map(self._height, groups), initial=0)]
        """Where each group's own row stands, and last how many rows there are."""
        self._seen: dict[int, tuple[Entry, ...]] = {}
        """The runs of the groups that were looked at, by the place of the group."""

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> Row:
        at = self._group_at(place)
        group, beneath = self._groups[at], place - self._starts[at]
        if not beneath:
            return Row(group, None, self._is_unfolded(group))
        if at not in self._seen:
            self._seen[at] = entries(group, self._ongoing)
        return Row(group, self._seen[at][beneath - 1])

    def place_of(self, key: Key) -> int | None:
        """Return where a row stands: the same run, else one of the same seed, else its group; None where it is gone."""
        for at, group in enumerate(self._groups):
            if group.name == key.name and group.recipe == key.recipe:
                return max(range(*self._starts[at : at + 2]), key=lambda place: _likeness(key, self[place]))
        return None

    def place_near(self, place: int, before: "Rows") -> int:
        """Return where the group stands that stood at a place of other rows, or next below it, or else above."""
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
        # A recipe is slow to hash, and as a rule soon seen to be the very one.
        return group.recipe in self._unfolded.get(group.name, ())


def _likeness(key: Key, row: Row) -> int:
    """Return 3 for the very row, 2 for a run of the same seed, 1 for the group, 0 for another of its runs."""
    if row.entry is None:
        return 3 if key.seed is None else 1
    if key.seed is None or row.entry.seed != key.seed:
        return 0
    return 3 if row.key == key else 2
