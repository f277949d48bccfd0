import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from fmnist_tui.lab.clues.clue import Claim, Suggestion
from fmnist_tui.lab.clues.wording import called, interval, points
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.distinctions import distinctions, told_apart
from fmnist_tui.lab.fields.results import VAL_ACCURACY
from fmnist_tui.lab.figures import deviation, mean
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.layers import Dense
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import FASHION_MNIST, SYNTHETIC, title_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.statistics.baseline import family_of
from fmnist_tui.lab.statistics.equivalence import Equivalence, equivalence_by_seed
from fmnist_tui.lab.statistics.intervals import Difference, difference_by_seed, mean_test, same_images
from fmnist_tui.lab.statistics.noise import NoiseFloor, differ, noise_floor
from fmnist_tui.lab.statistics.power import SIGNIFICANCE
from fmnist_tui.lab.statistics.selection import inflation
from fmnist_tui.lab.statistics.verdicts import Family, Verdict, differences_to, p_words, verdict

REPEATS = 5
"""Seeds of a suggested recipe: a difference of 0.5 points is then seen with 80 % power at a deviation of 0.25."""


STRICT = 0.01
"""p below which the noise floor leaves room for a difference or a trend; each of many is looked at."""

MOST_PAIRS = 12
"""How many pairs a rule compares in a notebook of thousands: each costs a comparison with every other experiment."""


@dataclass(frozen=True, slots=True)
class Pair:
    first: Group
    second: Group
    difference: Difference
    """First - second."""
    verdict: Verdict
    equivalence: Equivalence
    claim: Claim
    believed: bool
    """Whether the notebook's noise, measured over all experiments, leaves room for the difference."""

    @property
    def relation(self) -> Literal["better", "worse", "equivalent", "open"]:
        if self.verdict.word == "clear" and self.believed:
            return "better" if self.difference.mean > 0 else "worse"
        return "equivalent" if self.equivalence.shown else "open"

    @property
    def word(self) -> str:
        if self.relation == "equivalent":
            return translated("as good as")
        return translated("possible" if self.verdict.word == "clear" and not self.believed else self.verdict.word)

    @property
    def words(self) -> str:
        """Return the difference as `+0.61 points (95 % interval +0.40 to +0.82, p = 0.012)`."""
        found = self.difference
        return f"{points(found.mean)} ({interval(found.low, found.high)}, {p_words(self.verdict.p)})"

    def evidence(self, name: str, other: str) -> dict[str, Any]:
        return {
            "of": name,
            "minus": other,
            "difference": self.difference.mean,
            "interval": [self.difference.low, self.difference.high],
            "p": self.verdict.p,
            "verdict": self.verdict.word,
            "n": self.difference.n,
            "paired": self.difference.paired,
            "more_seeds": self.verdict.more,
            "margin": self.equivalence.margin,
            "equivalence_p": self.equivalence.p,
            "relation": self.relation,
        }


class Trained:
    """The experiments with finished runs on one dataset.

    Arguments as for `find_clues`; `mixed` if the notebook has results on another dataset, so that clues name theirs.
    """

    def __init__(self, groups: Sequence[Group], known: Sequence[Group], margin: float, mixed: bool = False) -> None:
        self.all_groups = tuple(groups)
        self.known = known
        self.margin = margin
        self._labels = labels(known, mixed)
        self._shown = labels(known, mixed, translated)
        self._accuracies: dict[int, dict[int, float]] = {}
        self._families: dict[int, Family] = {}
        self.groups = self._once_each_recipe()
        """Those with a finished run that has a validation accuracy; of several with one recipe that with most runs."""

    def _once_each_recipe(self) -> tuple[Group, ...]:
        chosen: dict[Recipe, Group] = {}
        for group in self.all_groups:
            if known := self.accuracies(group):
                other = chosen.get(group.recipe)
                if other is None or len(known) > len(self.accuracies(other)):
                    chosen[group.recipe] = group
        return tuple(chosen.values())

    def label(self, group: Group) -> str:
        """Return the experiment's name, with a suffix where several share it."""
        return self._labels[id(group)]

    def called(self, group: Group) -> str:
        return called(self._shown[id(group)])

    def labels(self, groups: Iterable[Group]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.label, groups)))

    def accuracies(self, group: Group) -> dict[int, float]:
        if id(group) not in self._accuracies:
            self._accuracies[id(group)] = VAL_ACCURACY.figures(group)
        return self._accuracies[id(group)]

    def values(self, group: Group) -> list[float]:
        return [*self.accuracies(group).values()]

    def mean(self, group: Group) -> float:
        return mean(self.values(group))

    def sd(self, group: Group) -> float | None:
        values = self.values(group)
        return deviation(values) if len(values) > 1 else None

    def n(self, group: Group) -> int:
        return len(self.accuracies(group))

    @cached_property
    def repeated(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if self.n(group) > 1)

    @cached_property
    def ranked(self) -> tuple[Group, ...]:
        """The best validation accuracy first; those with two seeds or more if there are any."""
        return tuple(sorted(self.repeated or self.groups, key=lambda group: -self.mean(group)))

    @cached_property
    def floor(self) -> NoiseFloor | None:
        return noise_floor([self.values(group) for group in self.groups])

    @cached_property
    def selection_gain(self) -> float:
        """By how much the best looks better than it is, as it was chosen for looking best."""
        floor = self.floor.sd if self.floor else 0.0
        return inflation(
            [self.mean(group) for group in self.ranked],
            [max(self.sd(group) or 0.0, floor) / math.sqrt(self.n(group)) for group in self.ranked],
        )

    @cached_property
    def anything_differs(self) -> bool:
        dataset = {group.recipe.dataset for group in self.all_groups}
        members = [group for group in self.known if group.recipe.dataset in dataset]
        once = {group.recipe: self.values(group) for group in members}
        return differ([*once.values()]) < SIGNIFICANCE

    def pair(self, first: Group, second: Group) -> Pair | None:
        """Compare two experiments, p corrected for all of the notebook; None where one has fewer than two runs."""
        difference = self._difference(first, second)
        tested = equivalence_by_seed(
            self.accuracies(first), self.accuracies(second), self.margin, paired=same_images(first, second)
        )
        if difference is None or tested is None:
            return None
        reference = family_of(first, second, self.known)
        family = self._family(reference)
        corrected = family[id(second if reference is first else first)]
        judged = verdict(difference, corrected.p)
        pair = Pair(first, second, difference, judged, tested, Claim((), "", ""), self._believed(first, second))
        names = self.label(first), self.label(second)
        says = {"better": f"{names[0]} is better", "worse": f"{names[1]} is better"}.get(pair.relation, pair.relation)
        return replace(pair, claim=Claim(tuple(sorted(names)), "accuracy", says))

    def _believed(self, first: Group, second: Group) -> bool:
        """Whether the experiments differ at all, and these two by more than the noise of the notebook.

        Five seeds may lie close together by luck, so that a paired test finds a small difference clear; the notebook's
        noise floor has many more degrees of freedom. An experiment that spreads more is judged by its own runs alone.
        """
        if not self.anything_differs:
            return False
        floor = self.floor
        if floor is None or not floor.sd or not self._healthy.issuperset((id(first), id(second))):
            return True
        error = floor.sd * math.sqrt(1 / self.n(first) + 1 / self.n(second))
        return mean_test(self.mean(first) - self.mean(second), error, floor.freedom)[3] < STRICT

    @cached_property
    def _healthy(self) -> frozenset[int]:
        return frozenset(id(self.groups[place]) for place in self.floor.healthy) if self.floor else frozenset()

    def pair_evidence(self, pair: Pair) -> dict[str, Any]:
        return pair.evidence(self.label(pair.first), self.label(pair.second))

    def _difference(self, first: Group, second: Group) -> Difference | None:
        return difference_by_seed(self.accuracies(first), self.accuracies(second), paired=same_images(first, second))

    def _family(self, reference: Group) -> Family:
        if id(reference) not in self._families:
            self._families[id(reference)] = differences_to(
                reference, self.known, lambda other: self._difference(other, reference)
            )
        return self._families[id(reference)]

    def with_recipe(self, recipe: Recipe) -> Group | None:
        groups = (group for group in self.known if group.recipe == recipe and self.n(group))
        return max(groups, key=self.n, default=None)

    def suggest(self, base: Group, recipe: Recipe, repeats: int = REPEATS) -> Suggestion | None:
        if recipe.architecture.problem:
            return None
        known = self.with_recipe(recipe)
        trained = self.n(known) if known else 0
        if trained >= repeats:
            return None
        return Suggestion(recipe, repeats, self.label(base), trained, known.name if known else None)


def labels(groups: Sequence[Group], mixed: bool, in_words: Callable[[str], str] = str) -> dict[int, str]:
    """Return what each experiment is called in a clue's `about`, by its id; `in_words` may translate.

    Those of one name have what tells their recipes apart behind it, else a number.
    """
    older, drawn = in_words(message("older recipe")), in_words(message("synthetic"))
    named = {FASHION_MNIST: "", SYNTHETIC: drawn}
    names = [group.name + f" ({older})" * group.older for group in groups]
    if mixed:
        data = (group.recipe.dataset for group in groups)
        marks = (named.get(each, title_of(each)) for each in data)
        names = [f"{name} ({mark})" if mark else name for name, mark in zip(names, marks, strict=True)]
    apart = distinctions(groups)
    labelled = told_apart(names, [apart.get(id(group), "") for group in groups])
    return dict(zip(map(id, groups), labelled, strict=True))


def widths(architecture: Architecture) -> tuple[int, ...]:
    return tuple(layer.units for layer in architecture.layers if isinstance(layer, Dense))


def with_widths(architecture: Architecture, units: Iterable[int]) -> Architecture:
    remaining = iter(units)
    layers = architecture.layers
    return Architecture(
        tuple(replace(each, units=next(remaining)) if isinstance(each, Dense) else each for each in layers)
    )


def of_dense_layers_alone(architecture: Architecture) -> bool:
    return architecture.depth > 0 and architecture.depth == len(widths(architecture))


def parameters(group: Group) -> int:
    return group.recipe.architecture.parameters


def written(group: Group) -> str:
    return shorthand(group.recipe.architecture)
