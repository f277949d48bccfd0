from typing import TYPE_CHECKING

from fmnist_tui.lab.records.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.training.compiled import PreparedRecipe


class CompiledModelCache:
    """Holds the recipe prepared last, for its next seed; not thread-safe."""

    def __init__(self) -> None:
        self._prepared: PreparedRecipe | None = None
        self._data: Dataset | None = None

    def prepare(self, recipe: Recipe, data: "Dataset") -> "PreparedRecipe":
        """TooLargeError if the network does not fit in memory."""
        from fmnist_tui.engine.training.compiled import PreparedRecipe

        if self._prepared is None or self._prepared.recipe != recipe or self._data is not data:
            self._prepared = None  # frees its memory before the next is built
            self._prepared, self._data = PreparedRecipe(recipe, data), data
        return self._prepared
