import gc
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from fmnist_tui.lab.records.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.training.compiled import PreparedRecipe

COLLECT_EVERY = 16
"""Recipes between two searches for garbage, in which the graphs of earlier ones are found: each takes a third of a
second, and each graph some megabytes."""


_building = Lock()
"""Held while a graph is built or what graphs need is forgotten, since other threads may be building theirs."""


def graphs_of(recipe: Recipe) -> Recipe:
    """Return one recipe for all that are trained in the same compiled graphs.

    The optimizer keeps the learning rate in a variable; epochs are counted outside of the graphs.
    """
    return replace(recipe, training=replace(recipe.training, learning_rate=1.0, epochs=1, patience=0))


class CompiledModelCache:
    """Holds the recipe prepared last, for its next seed and for recipes with the same graphs; not thread-safe."""

    def __init__(self) -> None:
        self._prepared: PreparedRecipe | None = None
        self._data: Dataset | None = None
        self._forgotten = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was prepared yet, so that TensorFlow may have to be imported first."""
        return self._prepared is None

    def holds(self, recipe: Recipe, data: "Dataset") -> bool:
        """Whether the recipe needs no compiling."""
        held = self._prepared
        return held is not None and self._data is data and graphs_of(held.recipe) == graphs_of(recipe)

    def prepare(self, recipe: Recipe, data: "Dataset") -> "PreparedRecipe":
        """TooLargeError if the network does not fit in memory."""
        from fmnist_tui.engine.training.compiled import PreparedRecipe

        held = self._prepared
        if held is not None and self.holds(recipe, data):
            held.train_as(recipe)
            return held
        with _building:
            self._forget()  # frees its memory before the next is built
            self._prepared, self._data = PreparedRecipe(recipe, data), data
        return self._prepared

    def _forget(self) -> None:
        """Free what the last recipe holds, but for the program that XLA compiled: it keeps each, some six megabytes."""
        from fmnist_tui.engine.training.gradients import forget_custom_gradients

        if self._prepared is None:
            return
        self._prepared = None
        forget_custom_gradients()
        self._forgotten += 1
        if self._forgotten % COLLECT_EVERY == 0:
            gc.collect()
