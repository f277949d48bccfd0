from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.statistics.intervals import Difference, difference
from fmnist_tui.lab.statistics.power import MOST_SEEDS, SIGNIFICANCE, seeds_needed

HINT = 0.20
"""p below which a difference that is not clear is possible."""


@dataclass(frozen=True, slots=True)
class Verdict:
    word: Literal["clear", "possible", "not resolved"]
    p: float
    """The corrected p."""
    n: int
    """Seeds per experiment."""
    more: int | None = None
    """About how many more seeds per experiment would show it; None where it is clear, or too many are needed."""

    def __str__(self) -> str:
        word = translated(self.word)
        if self.word == "clear":
            return word
        if self.more is None:
            return translated("{verdict} at n = {seeds}, over {most} seeds").format(
                verdict=word, seeds=self.n, most=MOST_SEEDS
            )
        return translated_plural(
            "{verdict} at n = {seeds}, about {n:,} more seed",
            "{verdict} at n = {seeds}, about {n:,} more seeds",
            self.more,
            verdict=word,
            seeds=self.n,
        )


@dataclass(frozen=True, slots=True)
class CorrectedDifference:
    difference: Difference
    p: float
    """Corrected for the number of differences."""
    among: int
    """The number of differences."""

    @property
    def verdict(self) -> Verdict:
        return verdict(self.difference, self.p)


def verdict(found: Difference, p: float | None = None) -> Verdict:
    """Return the verdict on a difference by its p (corrected, unless left out).

    *Clear*: p is below 0.05. *Possible*: below 0.20. Else *not resolved*. A difference that is not clear comes
    with a rough number of further seeds that would show it with 80 % power, under the same correction.
    """
    p = found.p if p is None else p
    if p < SIGNIFICANCE:
        return Verdict("clear", p, found.n)
    strictness = found.p / p if p else 1.0
    needed = seeds_needed(found.mean, found.sd, paired=found.paired, significance=SIGNIFICANCE * strictness)
    # At least one more, where by this estimate there are enough seeds already.
    more = None if needed is None else max(1, needed - found.n)
    return Verdict("possible" if p < HINT else "not resolved", p, found.n, more)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Correct p values for their number, in the order given (Holm 1979, step down)."""
    corrected = [0.0] * len(ps)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda place: ps[place])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = least
    return tuple(corrected)


def corrected_differences(found: Sequence[Difference | None]) -> tuple[CorrectedDifference | None, ...]:
    ps = [each.p for each in found if each]
    corrected = iter(holm(ps))
    return tuple(CorrectedDifference(each, next(corrected), len(ps)) if each else None for each in found)


Baselines = Mapping[DatasetName, Group]


def baselines(known: Iterable[Group]) -> Baselines:
    """Return the pinned group by dataset; of several pinned plans the first counts."""
    pinned = [group for group in known if group.plan and group.plan.baseline]
    # Reversed, because a dict keeps the last value of a key.
    return {group.recipe.dataset: group for group in reversed(pinned) if group.name == pinned[0].name}


Family = Mapping[int, CorrectedDifference]
"""Differences to one experiment, by the `id` of the other."""


def differences_to(
    reference: Group, known: Iterable[Group], difference_of: Callable[[Group], Difference | None]
) -> Family:
    """Return the differences of a notebook's experiments to one of them, their p values corrected as one family.

    The family is the whole notebook on the reference's dataset, not what happens to be on the screen: a verdict must
    not change with a filter, nor with what else is compared.
    """
    others = [each for each in known if each is not reference and each.recipe.dataset == reference.recipe.dataset]
    found = corrected_differences([difference_of(other) for other in others])
    return {id(other): each for other, each in zip(others, found, strict=True) if each}


def family_of(one: Group, other: Group, known: Sequence[Group]) -> Group:
    """Return which of two experiments the other is judged against, see `differences_to`.

    The pinned baseline, else the notebook's first: a pair has one verdict in whichever order it is compared.
    """
    preferred = (*baselines(known).values(), *known)
    return next(each for each in preferred if each is one or each is other)


def p_text(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def p_words(p: float) -> str:
    return f"p = {p_text(p)}" if p >= 0.001 else f"p {p_text(p)}"


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

    def difference(self, group: Group) -> Difference | None:
        baseline = self.baselines.get(group.recipe.dataset)
        if baseline is None or baseline is group:
            return None
        key = tuple(map(id, group.runs)), tuple(map(id, baseline.runs))
        found = self._known.get(key) or self._older.get(key)
        if found is None:
            found = group, baseline, difference(group, baseline)
        self._known[key] = found
        return found[2]

    def of(self, group: Group) -> CorrectedDifference | None:
        if self._corrected is None:
            families = (differences_to(each, self._groups, self.difference) for each in self.baselines.values())
            self._corrected = {key: found for family in families for key, found in family.items()}
        return self._corrected.get(id(group))


_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Group, Group, Difference | None]]
"""The groups are kept so that no other object reuses their runs' ids."""
