"""What is kept between two trainings, so that the seeds of one recipe are compiled once."""

from typing import TYPE_CHECKING

from fmnist_tui.lab.records.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.training.compiled import Prepared


class CompiledModelCache:
    """Holds the recipe made ready last; one thread at a time may use it."""

    def __init__(self) -> None:
        self._prepared: Prepared | None = None
        self._data: Dataset | None = None

    def prepare(self, recipe: Recipe, data: "Dataset") -> "Prepared":
        """Return the recipe ready to train on the data: the one at hand if it is the same, else made ready now.

        Raises:
            TooLargeError: a network that does not fit in memory.
        """
        from fmnist_tui.engine.training.compiled import Prepared

        if self._prepared is None or self._prepared.recipe != recipe or self._data is not data:
            self._prepared = None  # gives its memory back before the next takes its own
            self._prepared, self._data = Prepared(recipe, data), data
        return self._prepared
