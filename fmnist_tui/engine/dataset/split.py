"""Split off validation images, as the lab report's script does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    train_indices: npt.NDArray[np.int32]
    """Indices into `x_train` to train on, in the order of `train_test_split`."""
    validation_indices: npt.NDArray[np.int32]
    """Indices into `x_train` for validation, in that order too; may be empty."""


def split(dataset: Dataset, validation_fraction: float, split_seed: int) -> Split:
    """Split as `train_test_split(x_train, y_train, test_size=validation_fraction, random_state=split_seed)`.

    A fraction of 0, which scikit-learn refuses, leaves validation empty and keeps the order.

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
