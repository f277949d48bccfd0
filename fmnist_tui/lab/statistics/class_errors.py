from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.language.catalogue import translated

Confusion = Sequence[Sequence[int]]
"""Image counts by true class (row) and predicted class (column), shape (10, 10)."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Mistake:
    true: int
    predicted: int
    count: int
    share: float
    """Fraction of the true class."""

    def words(self, classes: Classes) -> str:
        return translated("{true} taken for {predicted}").format(
            true=classes.said(self.true), predicted=classes.said(self.predicted)
        )


def class_report(confusion: Confusion) -> tuple[ClassScore, ...]:
    """Return a score for each class, as `sklearn.metrics.precision_recall_fscore_support(zero_division=0)`."""
    return tuple(_scores(confusion))


def _scores(confusion: Confusion) -> Iterator[ClassScore]:
    predicted = [sum(column) for column in zip(*confusion, strict=True)]
    for label, row in enumerate(confusion):
        support, right = sum(row), row[label]
        yield ClassScore(
            _ratio(right, predicted[label]),
            _ratio(right, support),
            _ratio(2 * right, predicted[label] + support),
            support,
        )


def most_frequent_mistakes(confusion: Confusion, n: int) -> tuple[Mistake, ...]:
    found = [
        Mistake(true, predicted, count, _ratio(count, sum(row)))
        for true, row in enumerate(confusion)
        for predicted, count in enumerate(row)
        if true != predicted and count > 0
    ]
    return tuple(sorted(found, key=lambda mistake: -mistake.share)[:n])


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
