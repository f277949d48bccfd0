"""Precision, recall and F1 of a confusion matrix are scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.statistics.class_errors import class_report, most_frequent_mistakes

LABELS = np.arange(10)


def confusions() -> st.SearchStrategy[list[list[int]]]:
    """Confusion matrices, many of whose rows and columns are empty."""
    count = st.one_of(st.just(0), st.integers(0, 1_000))
    row = st.one_of(st.just([0] * 10), st.lists(count, min_size=10, max_size=10))
    return st.lists(row, min_size=10, max_size=10)


@given(confusions())
def test_every_figure_is_scikit_learns(confusion: list[list[int]]) -> None:
    images = np.array(confusion, float)
    if not images.sum():
        return
    expected = precision_recall_fscore_support(
        np.repeat(LABELS, 10), np.tile(LABELS, 10), sample_weight=images.ravel(), labels=LABELS, zero_division=0
    )

    report = class_report(confusion)

    found = [[score.precision, score.recall, score.f1, score.support] for score in report]
    np.testing.assert_allclose(np.array(found).T, np.array(expected), rtol=1e-12, atol=1e-12)


def test_a_class_without_images_or_never_predicted_scores_nothing() -> None:
    nothing = class_report([[0] * 10 for _ in range(10)])

    assert {(each.precision, each.recall, each.f1, each.support) for each in nothing} == {(0.0, 0.0, 0.0, 0)}


def test_the_most_frequent_mistakes_are_told_by_their_share_of_the_class() -> None:
    confusion = [[0] * 10 for _ in range(10)]
    confusion[6][0], confusion[6][6] = 140, 860
    confusion[9][7], confusion[9][9] = 30, 70
    confusion[0][6], confusion[0][0] = 90, 910

    worst, second = most_frequent_mistakes(confusion, 2)

    assert (worst.words(GARMENT_CLASSES), worst.count, worst.share) == ("Ankle boot taken for Sneaker", 30, 0.3)
    assert (second.words(GARMENT_CLASSES), second.true, second.predicted) == ("Shirt taken for T-shirt/top", 6, 0)
    assert len(most_frequent_mistakes(confusion, 100)) == 3


@given(confusions(), st.integers(0, 100))
def test_mistakes_are_off_the_diagonal_counted_and_in_order(confusion: list[list[int]], n: int) -> None:
    found = most_frequent_mistakes(confusion, n)

    assert len(found) == min(n, sum(bool(confusion[i][j]) for i in range(10) for j in range(10) if i != j))
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    for each in found:
        assert confusion[each.true][each.predicted] == each.count > 0
        assert each.share == pytest.approx(each.count / sum(confusion[each.true]))
