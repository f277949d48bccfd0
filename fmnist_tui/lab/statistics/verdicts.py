"""What a difference amounts to, in words, by a p value that is corrected where several are looked at together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.statistics.intervals import Difference
from fmnist_tui.lab.statistics.power import MOST_SEEDS, SIGNIFICANCE, seeds_needed

HINT = 0.20
"""Below this p a difference that is not clear is possible: it would come up by chance once in five times."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a difference amounts to."""

    word: Literal["clear", "possible", "not resolved"]
    p: float
    """The p that it goes by: corrected where several differences are looked at."""
    n: int
    """The seeds it rests on."""
    more: int | None = None
    """About how many more seeds each would show it; None where it is clear, or where too many are needed."""

    def __str__(self) -> str:
        if self.word == "clear":
            return self.word
        wanted = f"over {MOST_SEEDS} seeds" if self.more is None else f"about {counted(self.more, 'more seed')}"
        return f"{self.word} at n = {self.n}, {wanted}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference that is looked at together with others."""

    difference: Difference
    p: float
    """Its p, corrected for how many differences there are."""
    among: int
    """How many there are, itself included."""

    @property
    def verdict(self) -> Verdict:
        """What it amounts to."""
        return verdict(self.difference, self.p)


def verdict(found: Difference, p: float | None = None) -> Verdict:
    """Return what a difference amounts to.

    *Clear*: p is below 0.05. *Possible*: below 0.20. Else it is *not resolved*. What is not clear
    comes with how many more seeds each would show a difference of the size seen with 80 % power, at
    the spread seen and as strict a test. That is a rough figure, measured on few seeds itself.

    Args:
        found: the difference.
        p: its p corrected for how many differences are looked at (`holm`); its own unless given.
    """
    p = found.p if p is None else p
    if p < SIGNIFICANCE:
        return Verdict("clear", p, found.n)
    strictness = found.p / p if p else 1.0
    needed = seeds_needed(found.mean, found.sd, paired=found.paired, significance=SIGNIFICANCE * strictness)
    # Where as many seeds as there are should have been enough, chance was against it: one more is the least to ask.
    more = None if needed is None else max(1, needed - found.n)
    return Verdict("possible" if p < HINT else "not resolved", p, found.n, more)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p values corrected for their number, in the order given (Holm 1979, step down).

    The k-th smallest of m is multiplied by m - k + 1; none becomes smaller than one before it, nor larger than 1.
    """
    corrected = [0.0] * len(ps)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda place: ps[place])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        corrected[place] = least
    return tuple(corrected)


def judged(found: Sequence[Difference | None]) -> tuple[Judged | None, ...]:
    """Return differences that are looked at together, their p values corrected as one family; None where there is none.

    Every verdict that the program tells of one among several comes from here.
    """
    ps = [each.p for each in found if each]
    corrected = iter(holm(ps))
    return tuple(Judged(each, next(corrected), len(ps)) if each else None for each in found)


def p_text(p: float) -> str:
    """Return a p value for a column of them: `0.031`, `< 0.001`."""
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def p_words(p: float) -> str:
    """Return a p value for a sentence: `p = 0.031`, `p < 0.001`."""
    return f"p = {p_text(p)}" if p >= 0.001 else f"p {p_text(p)}"
