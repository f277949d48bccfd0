"""What a confusion matrix says of each class: precision, recall and F1, and which classes are taken for which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.classes import CLASS_NAMES

Confusion = Sequence[Sequence[int]]
"""Images by true class (row) and predicted class (column), 10 by 10."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one class is recognised."""

    name: str
    precision: float
    """The part of what is taken for this class that is of it."""
    recall: float
    """The part of this class that is taken for it."""
    f1: float
    """The harmonic mean of the two."""
    support: int
    """How many images are of this class."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One class taken for another."""

    true: int
    """The label of what it is, 0 to 9."""
    predicted: int
    """The label of what it is taken for."""
    count: int
    share: float
    """The part of the true class that is taken so."""

    @property
    def words(self) -> str:
        """The mistake in a sentence's words: `Shirt taken for T-shirt/top`."""
        return f"{CLASS_NAMES[self.true]} taken for {CLASS_NAMES[self.predicted]}"


def class_report(confusion: Confusion) -> tuple[ClassScore, ...]:
    """Return precision, recall, F1 and support of each class, as scikit-learn computes them.

    The figures are those of `sklearn.metrics.precision_recall_fscore_support(zero_division=0)`: a
    class that is never predicted has precision 0, one without images recall 0.

    Args:
        confusion: images by true (row) and predicted (column) class, one row and column a class.
    """
    return tuple(_scores(confusion))


def _scores(confusion: Confusion) -> Iterator[ClassScore]:
    predicted = [sum(column) for column in zip(*confusion, strict=True)]
    for label, row in enumerate(confusion):
        support, right = sum(row), row[label]
        yield ClassScore(
            CLASS_NAMES[label],
            _ratio(right, predicted[label]),
            _ratio(right, support),
            _ratio(2 * right, predicted[label] + support),
            support,
        )


def most_confused(confusion: Confusion, n: int) -> tuple[Mistake, ...]:
    """Return the `n` most frequent mistakes by their share of the true class, the largest first; none that is empty."""
    found = [
        Mistake(true, predicted, count, _ratio(count, sum(row)))
        for true, row in enumerate(confusion)
        for predicted, count in enumerate(row)
        if true != predicted and count > 0
    ]
    return tuple(sorted(found, key=lambda mistake: -mistake.share)[:n])


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
