"""Pictures that are in a dataset twice, found by their bytes."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How many reports are equal in every pixel to another."""

    train: int
    """ActiveRun reports that repeat an earlier training progress."""
    test: int
    """Test reports that repeat an earlier test progress."""
    shared: int
    """Test reports that are also training reports."""


def find_duplicates(data: Dataset) -> Duplicates:
    """Return how many reports of a dataset are there twice; some 50 ms for Fashion-MNIST's 70,000."""
    train, test = Counter(_keys(data.x_train)), Counter(_keys(data.x_test))
    return Duplicates(
        train=train.total() - len(train),
        test=test.total() - len(test),
        shared=sum(count for progress, count in test.items() if progress in train),
    )


def _keys(reports: npt.NDArray[np.uint8]) -> list[bytes]:
    return [progress.tobytes() for progress in reports]
