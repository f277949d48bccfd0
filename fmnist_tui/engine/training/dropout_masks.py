from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from fmnist_tui.engine.tensorflow import keras, tf


class DropoutMasks:
    """What dropout keeps, drawn before a loop compiled with XLA, which draws thirty times as slowly.

    What is kept is what the layers themselves would keep, step by step.
    """

    def __init__(self, layers: Iterable[keras.layers.Layer]) -> None:
        self._layers = [layer for layer in layers if isinstance(layer, keras.layers.Dropout) and layer.rate]

    def draw(self, steps: tf.Tensor, max_steps: int, batch: int) -> list[tf.Tensor]:
        """Return for each dropout layer what the next `steps` keep: booleans (max_steps, batch, *input)."""
        if not self._layers:
            return []
        shapes = [(batch, *layer.input.shape[1:]) for layer in self._layers]

        def draw_step(step: tf.Tensor, *masks: tf.TensorArray) -> tuple[tf.Tensor, ...]:
            drawn = [
                mask.write(step, keras.random.dropout(tf.ones(shape), layer.rate, seed=layer.seed_generator) > 0)
                for mask, shape, layer in zip(masks, shapes, self._layers, strict=True)
            ]
            return step + 1, *drawn

        empty = [tf.TensorArray(tf.bool, max_steps, element_shape=shape) for shape in shapes]
        start = (tf.constant(0), *empty)
        _, *masks = tf.while_loop(lambda step, *_: step < steps, draw_step, start, parallel_iterations=1)
        return [mask.stack() for mask in masks]

    @contextmanager
    def applied(self, masks: Sequence[tf.Tensor]) -> Iterator[None]:
        """Have the layers keep what `masks` say, (batch, *input) each, in place of drawing."""
        for layer, mask in zip(self._layers, masks, strict=True):
            layer.call = partial(_keep, mask, layer.rate)
        try:
            yield
        finally:
            for layer in self._layers:
                vars(layer).pop("call", None)


def _keep(mask: tf.Tensor, rate: float, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
    return tf.where(mask, inputs * (1 / (1 - rate)), tf.zeros_like(inputs))
