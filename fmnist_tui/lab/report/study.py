"""What a report is about: the groups, the network that is chosen, and what the others differ from it by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, select
from fmnist_tui.lab.fields.results import VAL_ACCURACY
from fmnist_tui.lab.records.dataset import DatasetName, in_order
from fmnist_tui.lab.statistics.baseline import baselines, family_of
from fmnist_tui.lab.statistics.class_errors import Confusion
from fmnist_tui.lab.statistics.equivalence import MARGIN, Equivalence, cheapest_equivalent, equivalence
from fmnist_tui.lab.statistics.front import front, knee
from fmnist_tui.lab.statistics.intervals import difference
from fmnist_tui.lab.statistics.verdicts import CorrectedDifference, Family, differences_to


class NotSelectable(UserError):
    """A name that `--select` cannot choose."""


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """Validation accuracy against parameters, for the groups of one dataset in the order of the table."""

    groups: tuple[Group, ...]
    points: tuple[tuple[float, float], ...]
    """(parameters, mean validation accuracy), one for each group."""
    front: tuple[int, ...]
    """Indexes of the points that no other one dominates, the cheapest first."""
    knee: int | None
    """Index of the knee among the points."""


@dataclass(frozen=True)
class Study:
    """Results on one dataset, sorted and judged; the report's text and figures read it."""

    dataset: DatasetName
    groups: tuple[Group, ...]
    """Those with a finished run, the best validation accuracy first."""
    known: tuple[Group, ...]
    """All groups of the notebook, for whose number p values are corrected."""
    chosen: Group | None
    """None where nothing can be chosen by: no images were held out."""
    selected: bool
    """Whether a person chose it, not the validation accuracy."""

    @cached_property
    def best(self) -> Group | None:
        """The best by validation accuracy; those with several runs before single ones."""
        validated = [group for group in self.groups if VAL_ACCURACY.spread(group)]
        repeated = [group for group in validated if runs_of(group) > 1]
        return next(iter(repeated or validated), None)

    @cached_property
    def reference(self) -> Group | None:
        """What the others are compared with in the table of results: the baseline, else the chosen network."""
        return self.baseline or self.chosen

    @cached_property
    def baseline(self) -> Group | None:
        """The pinned one, else the network without a hidden layer."""
        pinned = baselines(self.known).get(self.dataset)
        if any(group is pinned for group in self.groups):
            return pinned
        return next((group for group in self.groups if not group.recipe.architecture.depth), None)

    @cached_property
    def _families(self) -> dict[int, Family]:
        return {}

    def _family(self, reference: Group) -> Family:
        """Return the differences of all groups of the notebook to one of them."""
        if id(reference) not in self._families:
            found = differences_to(reference, self.known, lambda group: difference(group, reference))
            self._families[id(reference)] = found
        return self._families[id(reference)]

    def between(self, group: Group, other: Group) -> CorrectedDifference | None:
        """Return how far a group lies above another in validation accuracy; None for too few runs.

        Its p is that of the table of results or of the choice where these compare the two, else that of `compare`.
        """
        judged_against = (self.reference, self.chosen, family_of(group, other, self.known))
        against = next(each for each in judged_against if each is group or each is other)
        if against is other:
            return self._family(other).get(id(group))
        found = self._family(group).get(id(other))
        return found and replace(found, difference=found.difference.reversed)

    @cached_property
    def to_reference(self) -> dict[int, CorrectedDifference]:
        return self._differences_to(self.reference)

    @cached_property
    def to_chosen(self) -> dict[int, CorrectedDifference]:
        """The differences in validation accuracy of the others to the chosen one, by the `id` of the other."""
        return self._differences_to(self.chosen)

    def _differences_to(self, other: Group | None) -> dict[int, CorrectedDifference]:
        if other is None:
            return {}
        found = self._family(other)
        shown = set(map(id, self.groups))
        return {key: each for key, each in found.items() if key in shown}

    @cached_property
    def cheapest(self) -> tuple[Group, Equivalence] | None:
        """The cheapest network shown to be as good as the chosen one, and how it was shown."""
        chosen = self.chosen
        if chosen is None:
            return None

        def against(group: Group) -> Equivalence | None:
            return equivalence(group, chosen)

        smaller = [group for group in self.groups if parameters_of(group) < parameters_of(chosen)]
        found = cheapest_equivalent(smaller, parameters_of, against)
        tested = against(found) if found else None
        return (found, tested) if found and tested else None

    @cached_property
    def optimism(self) -> tuple[float, int] | None:
        """By how much the best validation accuracy exceeds its true mean on average, and of how many it is the best.

        Networks of one recipe count once. None without repeats, and where figures are no accuracies.
        """
        trained = Trained(self.groups, self.known, MARGIN)
        values = [value for group in trained.groups for value in trained.values(group)]
        if len(trained.repeated) < 2 or not all(0 <= value <= 1 for value in values):
            return None
        return trained.selection_gain, len(trained.ranked)

    @cached_property
    def tradeoff(self) -> Tradeoff | None:
        """None where fewer than two networks have a validation accuracy."""
        drawn = tuple(group for group in self.groups if parameters_of(group) > 0 and runs_of(group))
        if len(drawn) < 2:
            return None
        points = tuple((float(parameters_of(group)), _mean(group)) for group in drawn)
        places = front(points)
        bend = knee([points[place] for place in places])
        return Tradeoff(drawn, points, places, None if bend is None else places[bend])

    @cached_property
    def clues(self) -> tuple[Clue, ...]:
        return find_clues(self.groups, self.known)

    def number(self, group: Group) -> int:
        """Return the group's number in the table of results and in the figures, from 1."""
        return next(place for place, each in enumerate(self.groups, 1) if each is group)


@dataclass(frozen=True)
class Content:
    """All that a report says, whatever it is written as."""

    groups: tuple[Group, ...]
    """What to report, with what did not finish, in the notebook's order."""
    studies: tuple[Study, ...]
    """One for each dataset with a finished run, Fashion-MNIST first."""
    command: str
    """The command that writes the report."""
    generated: datetime
    author: str = ""

    @property
    def trained(self) -> tuple[Group, ...]:
        return tuple(group for study in self.studies for group in study.groups)

    @property
    def main(self) -> Study | None:
        """The study that the summary and the choice are of: with the selected network, else the first."""
        return next((study for study in self.studies if study.selected), None) or next(iter(self.studies), None)


def gather(
    groups: Sequence[Group],
    *,
    command: str,
    generated: datetime,
    author: str = "",
    known: Sequence[Group] | None = None,
    selected: str | None = None,
) -> Content:
    """Sort and judge what a report is about.

    Args:
        groups: what to report; names, notes and reasons may hold any text.
        command: the command that writes the report.
        generated: the date of the report.
        author: any text.
        known: all groups of the notebook; by default `groups`.
        selected: the name of the network to choose in place of the best by validation accuracy.

    Raises:
        UserError: `selected` names no network with a finished run, or several.
    """
    trained = [group for group in groups if group.finished]
    taken = _selected(trained, selected) if selected is not None else None
    studies = []
    for dataset in in_order(group.recipe.dataset for group in trained):
        members = [group for group in trained if group.recipe.dataset == dataset]
        if members:
            ours = taken if taken in members else None
            study = Study(
                dataset, _sorted(members), tuple(groups if known is None else known), ours, selected=ours is not None
            )
            studies.append(study if ours else Study(dataset, study.groups, study.known, study.best, selected=False))
    return Content(tuple(groups), tuple(studies), command, generated, author)


def _sorted(groups: Sequence[Group]) -> tuple[Group, ...]:
    def rank(group: Group) -> tuple[bool, float]:
        spread = VAL_ACCURACY.spread(group)
        return (spread is None, -spread.mean if spread else 0.0)

    return tuple(sorted(groups, key=rank))


def _selected(trained: Sequence[Group], name: str) -> Group:
    found = select(tuple(trained), [name])
    if len(found) > 1:
        raise NotSelectable(
            f"--select {name!r} names {len(found)} experiments of the report; use a name that only one has"
        )
    return found[0]


def runs_of(group: Group) -> int:
    """Return how many finished runs have a validation accuracy."""
    spread = VAL_ACCURACY.spread(group)
    return spread.n if spread else 0


def parameters_of(group: Group) -> int:
    """Return the number of weights that the latest finished run recorded; 0 without one."""
    return group.finished[-1].parameters if group.finished else 0


def confusion_of(group: Group) -> Confusion | None:
    """Return the sum of the confusion matrices of a group's finished runs; None where none has one."""
    known = [run.confusion for run in group.finished if run.confusion is not None]
    if not known or not any(sum(map(sum, matrix)) for matrix in known):
        return None
    return tuple(tuple(sum(counts) for counts in zip(*rows, strict=True)) for rows in zip(*known, strict=True))


def _mean(group: Group) -> float:
    spread = VAL_ACCURACY.spread(group)
    return spread.mean if spread else 0.0
