"""Whether two experiments are as good as each other within a margin, not only undistinguished."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.registry import find_metric
from fmnist_tui.lab.statistics.intervals import same_images, standard_error
from fmnist_tui.lab.statistics.power import SIGNIFICANCE

T = TypeVar("T")

MARGIN = 0.005
"""Half a point of accuracy: what two experiments may differ by and still count as equally good, unless set."""


@dataclass(frozen=True, slots=True)
class Equivalence:
    mean: float
    """First - second."""
    low: float
    high: float
    """Ends of the 90 % interval: both tests pass at 5 % where it lies within the margin."""
    margin: float
    p: float
    """The larger p of the two one-sided tests."""

    @property
    def shown(self) -> bool:
        return self.p < SIGNIFICANCE


def equivalence(a: Group, b: Group, margin: float = MARGIN, figure: str = "val_accuracy") -> Equivalence | None:
    """Test whether two experiments differ by less than a margin; None where `difference` is.

    Two one-sided t tests (Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15; Lakens 2017, Social
    Psychological and Personality Science 8), paired by seed where `difference` pairs.
    """
    if a.recipe.dataset != b.recipe.dataset:
        return None
    metric = find_metric(figure)
    return equivalence_by_seed(metric.figures(a), metric.figures(b), margin, paired=same_images(a, b))


def equivalence_by_seed(
    a: dict[int, float], b: dict[int, float], margin: float, *, paired: bool = True
) -> Equivalence | None:
    found = standard_error(a, b, paired=paired)
    if found is None:
        return None
    from scipy.special import stdtr, stdtrit

    middle, error, freedom = found
    if not error:
        return Equivalence(middle, middle, middle, margin, 0.0 if abs(middle) < margin else 1.0)
    half = float(stdtrit(freedom, 1 - SIGNIFICANCE)) * error
    p = float(stdtr(freedom, (abs(middle) - margin) / error))
    return Equivalence(middle, middle - half, middle + half, margin, p)


def cheapest_equivalent(
    candidates: Sequence[T], cost: Callable[[T], float], test: Callable[[T], Equivalence | None]
) -> T | None:
    """Return the cheapest candidate that `test` shows to be as good as the best, if any.

    They are tested from the dearest to the cheapest until one fails. The order does not depend on the accuracies, so
    each is tested at the full 5 %, and a false equivalence is still claimed in at most 5 % (fixed-sequence testing:
    Goeman & Solari 2010, Annals of Statistics 38).
    """
    found = None
    for candidate in sorted(candidates, key=cost, reverse=True):
        tested = test(candidate)
        if tested is None or not tested.shown:
            break
        found = candidate
    return found
