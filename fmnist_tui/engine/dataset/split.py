"""Holding out validation reports, as the report's script does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which of the training reports are trained on, and which are held out."""

    train_indices: npt.NDArray[np.int32]
    """Places in `x_train` to train on, in the order that `train_test_split` gives them."""
    validation_indices: npt.NDArray[np.int32]
    """Places in `x_train` held out for validation, in that order too; may be empty."""


def split(dataset: Dataset, validation_fraction: float, split_seed: int) -> Split:
    """The split of `train_test_split(x_train, y_train, test_size=validation_fraction, random_state=split_seed)`.

    A fraction of 0, which scikit-learn refuses, holds nothing out and keeps the reports in their order.

    Raises:
        ValueError: the fraction is not in [0, 1), or leaves nothing to train on.
    """
    from sklearn.model_selection import train_test_split

    everything = np.arange(len(dataset.x_train), dtype=np.int32)
    if validation_fraction == 0:
        return Split(everything, everything[:0])
    if not 0 < validation_fraction < 1:
        raise ValueError(f"the validation fraction is {validation_fraction}, not in [0, 1)")
    train, validation = train_test_split(everything, test_size=validation_fraction, random_state=split_seed)
    return Split(train, validation)
