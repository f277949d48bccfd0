import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.clues.trained import STRICT, Trained
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import deviation, mean
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.statistics.intervals import Interval, mean_test
from fmnist_tui.lab.statistics.noise import noise_floor
from fmnist_tui.lab.statistics.verdicts import holm

FEWEST_EPOCHS = 6

Curve = Callable[[Curves], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean slope over the last third of the epochs."""

    group: Group
    window: int
    """Epochs looked at."""
    slopes: tuple[float, ...]
    """Change an epoch, one for each seed."""
    interval: Interval
    p: float
    """Corrected for the number of experiments."""

    @property
    def clear(self) -> bool:
        return self.p < STRICT


def slope(values: Sequence[float]) -> float:
    """Return the least-squares slope over 0, 1, 2, …."""
    middle = (len(values) - 1) / 2
    centre = mean(values)
    return sum((place - middle) * (value - centre) for place, value in enumerate(values)) / sum(
        (place - middle) ** 2 for place in range(len(values))
    )


def window(epochs: int) -> int:
    return -(-epochs // 3)


def trends(trained: Trained, curve: Curve) -> tuple[Trend, ...]:
    """Return the trends of the experiments with two seeds and six epochs or more.

    A t test over the seeds' slopes, corrected for the number of experiments (Holm). Experiments whose slopes spread
    alike share one standard deviation, as for the noise floor.
    """
    by_group = [(group, slopes) for group in trained.groups if len(slopes := _slopes(group, curve)) > 1]
    floor = noise_floor([slopes for _, slopes in by_group])
    if floor is None:
        return ()
    tested = [
        (floor.sd, floor.freedom) if place in floor.healthy else (deviation(slopes), len(slopes) - 1)
        for place, (_, slopes) in enumerate(by_group)
    ]
    found = [
        mean_test(mean(slopes), sd / math.sqrt(len(slopes)), freedom)
        for (_, slopes), (sd, freedom) in zip(by_group, tested, strict=True)
    ]
    corrected = holm([p for *_, p in found])
    return tuple(
        Trend(group, window(group.recipe.training.epochs), tuple(slopes), Interval(len(slopes), middle, low, high), p)
        for (group, slopes), (middle, low, high, _), p in zip(by_group, found, corrected, strict=True)
    )


def _slopes(group: Group, curve: Curve) -> list[float]:
    runs = [run for run in group.finished if len(curve(run.curves)) >= FEWEST_EPOCHS]
    return [slope(last_third(run, curve)) for run in runs]


def last_third(run: Run, curve: Curve) -> tuple[float, ...]:
    values = curve(run.curves)
    return values[-window(len(values)) :]


def mean_curve(group: Group, curve: Curve) -> tuple[float, ...]:
    return tuple(mean(values) for values in zip(*(curve(run.curves) for run in group.finished)))  # noqa: B905
