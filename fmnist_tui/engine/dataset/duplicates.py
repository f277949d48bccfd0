"""Find images that are in a dataset twice."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Numbers of images that equal another in every pixel."""

    train: int
    test: int
    shared: int
    """Test images that are also training images."""


def find_duplicates(data: Dataset) -> Duplicates:
    """Count the duplicates in a dataset; takes about 50 ms for the 70,000 images of Fashion-MNIST."""
    train, test = Counter(_keys(data.x_train)), Counter(_keys(data.x_test))
    return Duplicates(
        train=train.total() - len(train),
        test=test.total() - len(test),
        shared=sum(count for image, count in test.items() if image in train),
    )


def _keys(images: npt.NDArray[np.uint8]) -> list[bytes]:
    return [image.tobytes() for image in images]
