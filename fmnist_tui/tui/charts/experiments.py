"""An experiment's runs as one curve: their mean, with a band."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.charts.marks import Mark
from fmnist_tui.tui.charts.series import Series

Figure = Literal["accuracy", "loss"]

FIGURES: tuple[Figure, ...] = get_args(Figure)

LONGEST_NAME = 28


def charted_runs(group: Group) -> tuple[Run, ...]:
    """Return a group's finished runs, or else all with at least one epoch."""
    return tuple(run for run in group.finished or group.runs if run.curves.epochs)


def validation_curve(run: Run, figure: Figure) -> tuple[float, ...]:
    """Return a validation metric by epoch; the training metric if there was no validation set."""
    curves = run.curves
    if figure == "accuracy":
        return curves.val_accuracy or curves.accuracy
    return curves.val_loss or curves.loss


def experiment_series(group: Group, mark: Mark, figure: Figure, *, quiet: bool, name: str | None = None) -> Series:
    """Return the mean of a group's runs by epoch, with a band from the lowest to the highest run.

    The curve ends with the shortest run: later means would be over fewer runs, and jump. Values that are not finite
    are left out. Accuracy is 0 to 1, loss in nats.
    """
    curves = [validation_curve(run, figure) for run in charted_runs(group)]
    columns = [[value for value in values if math.isfinite(value)] for values in zip(*curves, strict=False)]
    band = columns if len(curves) > 1 else []
    return Series(
        f"{visible(name or group.name, LONGEST_NAME)} {runs_words(group)}".rstrip(),
        x=tuple(map(float, range(1, len(columns) + 1))),
        y=tuple(map(_mean, columns)),
        stroke="experiment",
        colour=mark.colour,
        letter=mark.letter,
        hand=mark.hand,
        quiet=quiet,
        low=tuple(min(values, default=math.nan) for values in band),
        high=tuple(max(values, default=math.nan) for values in band),
    )


def runs_words(group: Group) -> str:
    """Return how many runs a group's curve averages: `×5`, empty for one run, or why none is finished."""
    runs = charted_runs(group)
    if not runs:
        return "(no runs yet)"
    many = f"×{len(runs)}" if len(runs) > 1 else ""
    unfinished = "" if group.finished else f"({'/'.join(dict.fromkeys(run.status for run in runs))})"
    return f"{many} {unfinished}".strip()


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else math.nan
