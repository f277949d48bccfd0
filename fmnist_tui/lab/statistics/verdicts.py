from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.statistics.intervals import Difference
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


def p_text(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def p_words(p: float) -> str:
    return f"p = {p_text(p)}" if p >= 0.001 else f"p {p_text(p)}"
