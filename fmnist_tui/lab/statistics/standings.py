"""How experiments stand against the pinned baseline, told the same wherever they are listed."""

from collections.abc import Iterable, Mapping, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import DatasetName
from fmnist_tui.lab.statistics.intervals import Difference, difference
from fmnist_tui.lab.statistics.verdicts import Judged, judged

Baselines = Mapping[DatasetName, Group]
"""The pinned baseline's group of each dataset."""


def baselines(known: Iterable[Group]) -> Baselines:
    """Return what the others are compared with: of several plans that are pinned as the baseline the first counts."""
    pinned = [group for group in known if group.plan and group.plan.baseline]
    # The last of one key stays in a dict.
    return {group.recipe.dataset: group for group in reversed(pinned) if group.name == pinned[0].name}


class Standings:
    """Tells differences to the baseline in validation accuracy, and what they amount to among those on show.

    The p values of all that are on show are corrected together: the more experiments are looked at, the
    more of them differ by chance. A difference is worked out when it is first asked for, and is known to the
    standings that follow for as long as its runs are the same objects. That makes a verdict on one of
    thousands as cheap as on one of ten.

    Args:
        baselines: what is compared with.
        shown: the groups that are on show together.
        before: standings whose differences may be taken over.
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
        """Return the standings of other groups against the same baselines."""
        others = Standings(self.baselines, groups)
        others._known, others._older = self._known, self._older
        return others

    def is_baseline(self, group: Group) -> bool:
        """Whether a group is what the others are compared with."""
        return self.baselines.get(group.recipe.dataset) is group

    def difference(self, group: Group) -> Difference | None:
        """Return how far a group lies above its baseline, where it is not that itself and as `difference` tells it."""
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
        """Return how one of the groups on show stands; None where nothing can be said."""
        if self._judged is None:
            told = judged([self.difference(each) for each in self._shown])
            self._judged = {id(each): one for each, one in zip(self._shown, told, strict=True)}
        return self._judged.get(id(group))


_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Group, Group, Difference | None]]
"""Differences by the identities of the runs of both; the groups are kept, lest others take their identities."""
