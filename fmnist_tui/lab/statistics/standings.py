"""Differences of experiments to the pinned baseline."""

from collections.abc import Iterable, Mapping, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import DatasetName
from fmnist_tui.lab.statistics.intervals import Difference, difference
from fmnist_tui.lab.statistics.verdicts import Judged, judged

Baselines = Mapping[DatasetName, Group]


def baselines(known: Iterable[Group]) -> Baselines:
    """Return the pinned baseline's group by dataset; of several pinned plans the first counts."""
    pinned = [group for group in known if group.plan and group.plan.baseline]
    # Reversed, because a dict keeps the last value of a key.
    return {group.recipe.dataset: group for group in reversed(pinned) if group.name == pinned[0].name}


class Standings:
    """Differences to the baseline in validation accuracy, with verdicts.

    The p values of all groups shown together are corrected as one family (Holm). Differences are cached by the
    identity of the runs and passed on to later standings, so that one of thousands costs no more than one of ten.

    Args:
        baselines: the groups to compare with, by dataset.
        shown: the groups that are shown together.
        before: standings whose cache may be reused.
    """

    def __init__(
        self, baselines: Baselines | None = None, shown: Sequence[Group] = (), before: "Standings | None" = None
    ) -> None:
        self.baselines: Baselines = baselines or {}
        self._shown = shown
        self._judged: dict[int, Judged | None] | None = None
        self._known: _Known = {}
        self._older: _Known = before._known if before else {}

    def showing(self, groups: Sequence[Group]) -> "Standings":
        others = Standings(self.baselines, groups)
        others._known, others._older = self._known, self._older
        return others

    def is_baseline(self, group: Group) -> bool:
        return self.baselines.get(group.recipe.dataset) is group

    def difference(self, group: Group) -> Difference | None:
        """Return how far a group lies above its baseline; None for the baseline itself."""
        baseline = self.baselines.get(group.recipe.dataset)
        if baseline is None or baseline is group:
            return None
        key = tuple(map(id, group.runs)), tuple(map(id, baseline.runs))
        found = self._known.get(key) or self._older.get(key)
        if found is None:
            found = group, baseline, difference(group, baseline)
        self._known[key] = found
        return found[2]

    def of(self, group: Group) -> Judged | None:
        if self._judged is None:
            verdicts = judged([self.difference(shown) for shown in self._shown])
            self._judged = {id(shown): found for shown, found in zip(self._shown, verdicts, strict=True)}
        return self._judged.get(id(group))


_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Group, Group, Difference | None]]
"""The groups are kept so that no other object reuses their runs' ids."""
