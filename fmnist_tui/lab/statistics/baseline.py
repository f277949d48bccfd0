"""The pinned baseline, and differences to it; statistics are imported when the first difference is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName

if TYPE_CHECKING:
    from fmnist_tui.lab.statistics.intervals import Difference
    from fmnist_tui.lab.statistics.verdicts import CorrectedDifference, Family

Baselines = Mapping[DatasetName, Group]


def baselines(known: Iterable[Group]) -> Baselines:
    """Return the pinned group by dataset; of several pinned plans the first counts."""
    pinned = [group for group in known if group.plan and group.plan.baseline]
    # Reversed, because a dict keeps the last value of a key.
    return {group.recipe.dataset: group for group in reversed(pinned) if group.name == pinned[0].name}


def family_of(one: Group, other: Group, known: Sequence[Group]) -> Group:
    """Return which of two experiments the other is judged against, see `differences_to`.

    The pinned baseline, else the notebook's first: a pair has one verdict in whichever order it is compared.
    """
    preferred = (*baselines(known).values(), *known)
    return next(each for each in preferred if each is one or each is other)


class BaselineDifferences:
    """Differences to the baseline in validation accuracy, with verdicts; see `differences_to`.

    They are cached by the identity of the runs and taken over from `before`, so that a notebook of thousands costs no
    more than one of ten.
    """

    def __init__(
        self,
        known: Sequence[Group] = (),
        before: "BaselineDifferences | None" = None,
    ) -> None:
        self.baselines = baselines(known)
        """The groups to compare with, by dataset."""
        self._groups = known
        self._corrected: Family | None = None
        self._known: _Known = {}
        self._older: _Known = before._known if before else {}

    def is_baseline(self, group: Group) -> bool:
        return self.baselines.get(group.recipe.dataset) is group

    def difference(self, group: Group) -> "Difference | None":
        baseline = self.baselines.get(group.recipe.dataset)
        if baseline is None or baseline is group:
            return None
        key = tuple(map(id, group.runs)), tuple(map(id, baseline.runs))
        found = self._known.get(key) or self._older.get(key)
        if found is None:
            from fmnist_tui.lab.statistics.intervals import difference

            found = group, baseline, difference(group, baseline)
        self._known[key] = found
        return found[2]

    def of(self, group: Group) -> "CorrectedDifference | None":
        if self._corrected is None:
            from fmnist_tui.lab.statistics.verdicts import differences_to

            families = (differences_to(each, self._groups, self.difference) for each in self.baselines.values())
            self._corrected = {key: found for family in families for key, found in family.items()}
        return self._corrected.get(id(group))


_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Group, Group, "Difference | None"]]
"""The groups are kept so that no other object reuses their runs' ids."""
