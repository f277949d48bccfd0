"""Keras without graphs: what few batches ask of it costs less than tracing them."""

from pathlib import Path

from fmnist_tui.engine.tensorflow import keras


def eager(model: keras.Model) -> keras.Model:
    """Have a model compute at once whatever is asked of it."""
    model.run_eagerly = True
    return model


def loaded(path: Path) -> keras.Model:
    """Load a saved model as anyone may, to compute at once."""
    return eager(keras.models.load_model(path, safe_mode=True))
