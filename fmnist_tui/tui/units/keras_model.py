from pathlib import Path

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import size_text
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import file_bytes, spoken
from fmnist_tui.lab.runs.folder import BEST_MODEL, MODEL
from fmnist_tui.lab.runs.weights import LayerWeights
from fmnist_tui.tui.units.study import Epoch


def write_keras_model(run: Run, folder: Path, weights: LayerWeights, epoch: Epoch) -> str:
    """Write a run's Keras model into its folder, as a training with `--save-model` does, and return where.

    Args:
        run: the run.
        folder: the notebook's `runs` folder.
        weights: its weights.
        epoch: which epoch they are of.

    Raises:
        UserError: there is a model, or it cannot be written.
    """
    from fmnist_tui.engine.training.saved_model import save_model

    path = folder / run.id / (BEST_MODEL if epoch == "best" else MODEL)
    if (size := file_bytes(path)) is not None:
        raise UserError(f"there is a model already, {size_text(size)}; remove it to write it again: {spoken(path)}")
    save_model(run.recipe, weights, path)
    return f"Keras model written, {size_text(file_bytes(path) or 0)}: {spoken(path)}"
