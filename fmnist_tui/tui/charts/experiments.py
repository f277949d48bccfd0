"""An experiment's runs as one curve: their mean, and a band about it where there are several."""

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
"""What a chart shows of a training."""

FIGURES: tuple[Figure, ...] = get_args(Figure)

LONGEST_NAME = 28
"""Characters of a name in a legend; the rest is cut off."""


def charted_runs(group: Group) -> tuple[Run, ...]:
    """Return the runs that stand for a group: the finished ones, else all that have an epoch."""
    return tuple(run for run in group.finished or group.runs if run.curves.epochs)


def validation_curve(run: Run, figure: Figure) -> tuple[float, ...]:
    """Return a figure on the images held out, an entry an epoch; on those trained on where none were."""
    curves = run.curves
    if figure == "accuracy":
        return curves.val_accuracy or curves.accuracy
    return curves.val_loss or curves.loss


def experiment_series(group: Group, mark: Mark, figure: Figure, *, quiet: bool, name: str | None = None) -> Series:
    """Return the mean over a group's runs, epoch by epoch, with the lowest and the highest run as a band.

    The curve ends with the shortest run: beyond it a mean would be one over other runs, and jump. What is
    not finite is left out.

    Args:
        group: the runs; where it has none, the curve is empty.
        mark: what it is known by.
        figure: accuracy (0 to 1) or loss (nats).
        quiet: whether it lies beneath others.
        name: what it is called in the legend, if not by its own name.
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
    """Return what a group's curve is made of: `×5` seeds, nothing for one run, or why there are no finished ones."""
    runs = charted_runs(group)
    if not runs:
        return "(no runs yet)"
    many = f"×{len(runs)}" if len(runs) > 1 else ""
    unfinished = "" if group.finished else f"({'/'.join(dict.fromkeys(run.status for run in runs))})"
    return f"{many} {unfinished}".strip()


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else math.nan
