"""The lab report's script, as printed: Keras's own `fit` on NumPy arrays."""

import time

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset.sources import Dataset, load
from fmnist_tui.engine.tensorflow import keras


class Clock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Notes the seconds of each epoch, its validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.seconds.append(time.perf_counter() - self._began)

    @property
    def settled(self) -> list[float]:
        """The epochs after the first, which compiles."""
        return self.seconds[1:]


class Script:
    """The report's data and network, ready to be fitted as its script does."""

    def __init__(self) -> None:
        from sklearn.model_selection import train_test_split

        self.data: Dataset = load("fashion-mnist")
        x, self.x_test = self.data.x_train / 255, self.data.x_test / 255
        parts = train_test_split(x, self.data.y_train, test_size=0.2, random_state=42)
        self.x_train, self.x_val, self.y_train, self.y_val = (np.asarray(part) for part in parts)

    def network(self, widths: tuple[int, ...]) -> keras.Sequential:
        """Return the network of the report, compiled."""
        hidden = [keras.layers.Dense(width, activation="relu") for width in widths]
        output = keras.layers.Dense(10, activation="softmax")
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *hidden, output])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def fit(self, model: keras.Sequential, epochs: int, clock: Clock) -> None:
        """Fit it as the script does, without the lines that it prints."""
        model.fit(
            self.x_train,
            self.y_train,
            epochs=epochs,
            batch_size=64,
            validation_data=(self.x_val, self.y_val),
            callbacks=[clock],
            verbose=0,
        )

    def flat(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the training part as vectors, for peers that know no images."""
        return self.x_train.reshape(len(self.x_train), -1).astype(np.float32), self.y_train


def widths_of(shorthand: str) -> tuple[int, ...]:
    """Return the widths of a shorthand of dense layers alone."""
    return tuple(map(int, shorthand.split("-")))
