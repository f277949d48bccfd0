"""Checks and a learning-rate test that take no time, for tests of cli and tui."""

import math
import sys
from threading import Event
from types import ModuleType

import numpy as np
import pytest

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.preflight.checks import (
    Check,
    LayerGradient,
    Preflight,
    Show,
    Stop,
    Stopped,
    balance_check,
    first_loss_check,
    first_steps_check,
    gradients_check,
    input_check,
    labels_check,
    overfit_check,
)
from fmnist_tui.engine.preflight.rates import RateCurve, growing_rates, rate_curve
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe

GRADIENTS = (LayerGradient("layer 2 (dense 64 relu)", 3.1, 0.02), LayerGradient("dense 10 softmax", 0.9, 0.07))


def healthy_checks(training: Hyperparameters) -> tuple[Check, ...]:
    """Return the checks of a network that has nothing wrong."""
    return (
        input_check(0.0, 1.0, 0.286, 0.353),
        labels_check(0, 9, 10),
        balance_check([4_781, 4_841, *[4_800] * 8]),
        first_loss_check(2.451, 1_000),
        gradients_check(GRADIENTS, training.batch_size),
        overfit_check(10, 25, 0.008, 10),
        first_steps_check([2.4] * 100, 2.451, 0.62, 0.01, 1_000, training),
    )


def failing_checks(training: Hyperparameters) -> tuple[Check, ...]:
    """Return the checks of a network with a single unit and a learning rate that is too high."""
    return (
        *healthy_checks(training)[:5],
        overfit_check(10, 2_000, 1.978, 2),
        first_steps_check([2.4] * 100, 2.451, 2.641, 0.01, 1_000, training),
    )


def falling_losses(at: float = 0.002) -> list[float]:
    """Return losses that fall fastest at a rate, and run away."""
    away = np.log10(growing_rates()) - math.log10(at)
    losses = 2.4 - 1.5 / (1 + np.exp(-4 * away)) + np.exp(np.clip(5 * (away - 2), -50, 3))
    end = int(np.argmax(losses > 3.8))
    return [*map(float, losses[:end])]


class FakePreflight:
    """Replacement of the checks and the learning-rate test; they wait for `may_go_on` before the fifth check."""

    def __init__(self) -> None:
        self.recipes: list[tuple[Recipe, int]] = []
        """What was checked, with its seed."""
        self.tested: list[Recipe] = []
        """What learning rates were tested for."""
        self.checks = healthy_checks
        self.losses = falling_losses()
        self.error: Exception | None = None
        """Raised instead of checking."""
        self.stopped = Event()
        """Set when checks were stopped."""
        self.may_go_on = Event()
        self.may_go_on.set()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace the engine's module, so that TensorFlow is not imported."""
        module = ModuleType("fmnist_tui.engine.preflight.preflight")
        vars(module).update(run_preflight=self.run_preflight, run_rates=self.run_rates)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def run_preflight(
        self, recipe: Recipe, seed: int, data: Dataset, *, show: Show = print, stop: Stop = lambda: False
    ) -> Preflight:
        self.recipes.append((recipe, seed))
        if self.error:
            raise self.error
        checks = self.checks(recipe.training)
        for place, check in enumerate(checks):
            while place == 4 and not self.may_go_on.wait(0.01):
                if stop():
                    self.stopped.set()
                    raise Stopped
            show(check)
        return Preflight(recipe, seed, checks, 1.25)

    def run_rates(self, recipe: Recipe, seed: int, data: Dataset, *, stop: Stop = lambda: False) -> RateCurve:
        self.tested.append(recipe)
        if self.error:
            raise self.error
        return rate_curve(growing_rates(), self.losses, recipe.training.learning_rate, recipe.training.optimizer)
