"""Estimate the time of a training: seconds = start + epochs · (layer steps · a + work · b).

*Layer steps* counts each layer once per optimizer step, *work* is the multiply-adds of an epoch.
"""

from typing import NamedTuple

from fmnist_tui.lab.experiments.estimate import epoch_cost
from fmnist_tui.lab.records.recipe import Recipe


class Speed(NamedTuple):
    """Seconds that a machine takes."""

    start: float
    """Building, compiling and testing: once per run."""
    layer_step: float
    """Per layer and optimizer step, whatever its size."""
    multiply_add: float

    def seconds_per_epoch(self, recipe: Recipe) -> float:
        each = epoch_cost(recipe)
        return each.layer_steps * self.layer_step + each.work * self.multiply_add

    def seconds(self, recipe: Recipe, epochs: int) -> float:
        return self.start + epochs * self.seconds_per_epoch(recipe)

    def times(self, start: float, layer_step: float, multiply_add: float) -> "Speed":
        return Speed(self.start * start, self.layer_step * layer_step, self.multiply_add * multiply_add)

    def at_pace(self, pace: float) -> "Speed":
        """Return that of a machine that takes so many times as long."""
        return self.times(pace, pace, pace)


class Cost(NamedTuple):
    alone: float
    """Seconds of a training that has the machine to itself."""
    beside: float
    """Its share of the time while several run at once: each of two takes twice as long."""


class Speeds(NamedTuple):
    alone: Speed
    beside: Speed
    """Of shares of the time, as in `Cost`."""

    def cost(self, recipe: Recipe) -> Cost:
        epochs = recipe.training.epochs
        return Cost(self.alone.seconds(recipe, epochs), self.beside.seconds(recipe, epochs))

    def epoch_cost(self, recipe: Recipe) -> Cost:
        return Cost(self.alone.seconds_per_epoch(recipe), self.beside.seconds_per_epoch(recipe))

    def at_pace(self, pace: float) -> "Speeds":
        """Return those of a machine that takes so many times as long."""
        return Speeds(self.alone.at_pace(pace), self.beside.at_pace(pace))


TYPICAL = Speed(start=0.8, layer_step=2.4e-5, multiply_add=2.6e-12)
"""Typical speed of two server cores, scaled by one factor for other machines."""

TYPICAL_SPEEDS = Speeds(TYPICAL, TYPICAL.times(0.6, 0.55, 0.9))
"""Small layers leave cores idle, which trainings at once share."""
