"""The series of the two charts, from a training's progress."""

from fmnist_tui.engine.training.progress import Point, Progress
from fmnist_tui.tui.charts.series import Series


def accuracy_series(progress: Progress, first_epoch: tuple[Point, ...]) -> tuple[Series, ...]:
    """Return training and validation accuracy by epoch; see `_series`."""
    curves = progress.curves
    return _series(progress, first_epoch, curves.accuracy, curves.val_accuracy, "accuracy")


def loss_series(progress: Progress, first_epoch: tuple[Point, ...]) -> tuple[Series, ...]:
    """Return training and validation loss by epoch; see `_series`."""
    curves = progress.curves
    return _series(progress, first_epoch, curves.loss, curves.val_loss, "loss")


def _series(
    progress: Progress,
    first_epoch: tuple[Point, ...],
    training: tuple[float, ...],
    validation: tuple[float, ...],
    name: str,
) -> tuple[Series, ...]:
    """Return the running means within the first epoch, then the means of the finished epochs.

    The last point is the current epoch's running mean, so that the curve grows between epochs.
    """
    points = first_epoch if training else ()
    tip = progress.points if not training else progress.points[-1:]
    x = [point.epoch for point in points]
    y = [getattr(point, name) for point in points]
    x += [*map(float, range(1, len(training) + 1)), *(point.epoch for point in tip)]
    y += [*training, *(getattr(point, name) for point in tip)]
    epochs = tuple(map(float, range(1, len(validation) + 1)))
    return (
        Series("train", tuple(x), tuple(y), "train", "cyan"),
        Series("val", epochs, validation, "validation", "bright_magenta"),
    )
