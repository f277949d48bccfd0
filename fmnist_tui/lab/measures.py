"""What is measured of a run: one figure each, with its name and which way is better.

Every figure of a group is taken over its finished runs, and of those that are finite.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import Group


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a run."""

    name: str
    words: str
    """What a person calls it."""
    short: str
    """The same where there is little room."""
    of: Callable[[Run], float | None]
    """Takes the figure from a run; None where it has none."""
    share: bool = False
    """Whether it is a part of 1, whose differences are told in percentage points."""
    more_is_better: bool = False


def _last(curve: tuple[float, ...]) -> float | None:
    return curve[-1] if curve else None


def _best(run: Run) -> float | None:
    return max(run.curves.val_accuracy, default=None)


def _gap(run: Run) -> float | None:
    curves = run.curves
    return curves.accuracy[-1] - curves.val_accuracy[-1] if curves.val_accuracy else None


MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "val_accuracy",
            "validation accuracy",
            "val acc",
            lambda run: _last(run.curves.val_accuracy),
            share=True,
            more_is_better=True,
        ),
        Measure(
            "best_val_accuracy",
            "best epoch's validation accuracy",
            "best val acc",
            _best,
            share=True,
            more_is_better=True,
        ),
        Measure("val_loss", "validation loss", "val loss", lambda run: _last(run.curves.val_loss)),
        Measure(
            "test_accuracy",
            "test accuracy",
            "test acc",
            lambda run: run.test.accuracy if run.test else None,
            share=True,
            more_is_better=True,
        ),
        Measure("test_loss", "test loss", "test loss", lambda run: run.test.loss if run.test else None),
        Measure("gap", "accuracy gap, train - val", "acc gap", _gap, share=True),
        Measure("seconds", "seconds", "seconds", lambda run: run.seconds),
    )
}
"""The measures by name; those of an epoch are of the last one unless they say otherwise."""


def figures(group: Group, of: Callable[[Run], float | None]) -> dict[int, float]:
    """Return a figure of each finished run by its seed, without those that are missing or not finite."""
    found = ((run.seed, of(run)) for run in group.finished)
    return {seed: figure for seed, figure in found if figure is not None and math.isfinite(figure)}
