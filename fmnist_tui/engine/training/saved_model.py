"""A run's Keras model, rebuilt from its recipe and its trained weights."""

from pathlib import Path

from fmnist_tui.engine.training.model import build
from fmnist_tui.engine.training.weights import set_by_layer
from fmnist_tui.lab.errors import UserError, advice
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.runs.weights import LayerWeights


def save_model(recipe: Recipe, weights: LayerWeights, path: Path) -> None:
    """Write a compiled model; it loads without this program and in Keras's safe mode.

    Args:
        recipe: what was trained.
        weights: its weights.
        path: a file that does not exist, with the suffix `.keras`.

    Raises:
        UserError: the file exists or cannot be written.
    """
    if path.suffix != ".keras":
        raise UserError(f"{path}: Keras reads a model by its suffix; end the name in .keras")
    model = build(recipe.architecture, recipe.training)
    model.optimizer.build(model.trainable_variables)  # else Keras warns when it loads the model
    set_by_layer(model, weights)
    draft = path.with_name(f".draft-{path.name}")  # Keras wants the suffix
    try:
        if path.is_symlink() or path.exists():
            raise UserError(f"{path} exists and is not changed; give another path")
        draft.unlink(missing_ok=True)  # Keras would follow a symbolic link
        try:
            model.save(draft)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}{advice(error)}") from None
