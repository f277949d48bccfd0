"""Experiments in charts: letters, lines and colours, and their runs as one curve with a band."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from string import ascii_lowercase
from typing import Literal, NamedTuple, get_args

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.charts.series import Series

COLOURS = ("yellow", "green", "bright_blue", "red", "magenta", "cyan", "")
"""ANSI colours in order of use, the last the text's own; no two look the same, see `tui.colours`.

Their number and that of the line styles have no common factor, so that many experiments have a pair of their own.
"""

TRAIN_COLOUR, VALIDATION_COLOUR = "cyan", "bright_magenta"


class Mark(NamedTuple):
    number: int

    @property
    def letter(self) -> str:
        return ascii_lowercase[self.number % len(ascii_lowercase)]

    @property
    def line_style(self) -> int:
        return self.number

    @property
    def colour(self) -> str:
        return COLOURS[self.number % len(COLOURS)]


Marked = tuple[Group, Mark]


def assign_marks(groups: Iterable[Group], before: Iterable[Marked] = ()) -> tuple[Mark, ...]:
    """Return a mark for each group; those in `before` keep theirs."""
    now, unclaimed = tuple(groups), list(before)
    kept: dict[int, Mark] = {}
    for place, group in enumerate(now):
        if found := next((marked for marked in unclaimed if _is_same(marked[0], group)), None):
            unclaimed.remove(found)
            kept[place] = found[1]
    taken = {mark.number for mark in kept.values()}
    free = (number for number in count() if number not in taken)
    return tuple(kept[place] if place in kept else Mark(next(free)) for place in range(len(now)))


def _is_same(one: Group, other: Group) -> bool:
    """Whether two groups are the same experiment, one maybe with more runs."""
    ids, others = ({run.id for run in group.runs} for group in (one, other))
    return (one.name, one.recipe) == (other.name, other.recipe) and (ids <= others or others <= ids)


Figure = Literal["accuracy", "loss"]

FIGURES: tuple[Figure, ...] = get_args(Figure)

LONGEST_NAME = 28


def charted_runs(group: Group) -> tuple[Run, ...]:
    """Return the finished runs, or else all with an epoch."""
    return tuple(run for run in group.finished or group.runs if run.curves.epochs)


def validation_curve(run: Run, figure: Figure) -> tuple[float, ...]:
    """Return a validation metric by epoch; the training metric without a validation set."""
    curves = run.curves
    if figure == "accuracy":
        return curves.val_accuracy or curves.accuracy
    return curves.val_loss or curves.loss


def experiment_series(group: Group, mark: Mark, figure: Figure, *, quiet: bool, name: str | None = None) -> Series:
    """Return the mean of a group's runs by epoch, with a band from the lowest to the highest run.

    The curve ends with the shortest run: later means would be over fewer runs, and jump.
    """
    return replace(
        _mean_series([validation_curve(run, figure) for run in charted_runs(group)]),
        name=title(group, name),
        stroke="experiment",
        colour=mark.colour,
        letter=mark.letter,
        line_style=mark.line_style,
        quiet=quiet,
    )


def training_series(group: Group, figure: Figure) -> tuple[Series, Series]:
    curves = [run.curves for run in charted_runs(group)]
    train = [each.accuracy if figure == "accuracy" else each.loss for each in curves]
    val = [each.val_accuracy if figure == "accuracy" else each.val_loss for each in curves]
    return (
        replace(_mean_series(train), name="train", stroke="train", colour=TRAIN_COLOUR),
        replace(_mean_series(val), name="val", stroke="validation", colour=VALIDATION_COLOUR),
    )


def _mean_series(curves: Sequence[Sequence[float]]) -> Series:
    columns = [[value for value in values if math.isfinite(value)] for values in zip(*curves, strict=False)]
    band = columns if len(curves) > 1 else []
    return Series(
        "",
        x=tuple(map(float, range(1, len(columns) + 1))),
        y=tuple(map(_mean, columns)),
        low=tuple(min(values, default=math.nan) for values in band),
        high=tuple(max(values, default=math.nan) for values in band),
    )


def title(group: Group, name: str | None = None) -> str:
    """Return `64 units ×5`."""
    return f"{visible(name or group.name, LONGEST_NAME)} {runs_words(group)}".rstrip()


def runs_words(group: Group) -> str:
    """Return `×5`, empty for one run, or why none is finished."""
    runs = charted_runs(group)
    if not runs:
        return "(no runs yet)"
    many = f"×{len(runs)}" if len(runs) > 1 else ""
    unfinished = "" if group.finished else f"({'/'.join(dict.fromkeys(run.status for run in runs))})"
    return f"{many} {unfinished}".strip()


def _mean(values: Sequence[float]) -> float:
    return mean(values) if values else math.nan
