"""Real trainings that take a second, on a small generated dataset."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache, graphs_of
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder

RUN_ID = "k7m2p9wq4x"
COMPILED: dict[tuple[Recipe, int], CompiledModelCache] = defaultdict(CompiledModelCache)
"""By what a recipe is compiled to, and the data's identity."""


@cache
def patterns(trained: int = 625, tested: int = 200) -> Dataset:
    """Return a dataset of ten blurred patterns with noise, the same at every call; it cannot be written to."""
    random = np.random.default_rng(5)
    count = trained + tested
    labels = random.integers(0, 10, count)
    blurred = np.kron(random.uniform(0, 255, (10, 7, 7)), np.ones((4, 4)))
    images = (0.5 * blurred[labels] + 0.5 * random.uniform(0, 255, (count, 28, 28))).astype(np.uint8)
    for shared in (images, labels):
        shared.flags.writeable = False
    return Dataset("synthetic", images[:trained], labels[:trained], images[trained:], labels[trained:], "a test")


def recipe(shorthand: str = "8", **given: Any) -> Recipe:
    """Return a recipe for `patterns()`: two epochs of ten steps."""
    training = hyperparameters(**{"epochs": 2, "batch_size": 50, "optimizer": "rmsprop", **given})
    return Recipe(parse(shorthand), training, "synthetic")


def run(data: Dataset, what: Recipe, seed: int = 0, **given: Any) -> Run:
    """Train with TensorFlow, as "an experiment" and with `RUN_ID`.

    By default with what was compiled before for such a recipe on these data; compiling takes most of the time.
    """
    from fmnist_tui.engine.training.trainer import train

    given.setdefault("cache", COMPILED[graphs_of(what), id(data)])
    return train(what, seed, data, experiment="an experiment", run_id=RUN_ID, **given)


class Killed(BaseException):
    """Stands for the end of the process: nothing in the program may catch it."""


def interrupt(
    data: Dataset, what: Recipe, folder: RunFolder, when: Callable[[Progress], bool], *, resume: bool = False
) -> None:
    """Train until a progress that kills; what is left in the folder is what a killed process leaves."""

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        run(data, what, sink=Watcher(kill, when), folder=folder, resume=resume)


class Watcher:
    """A sink that keeps every progress, and calls `act` once when `when` is true of one."""

    def __init__(self, act: Callable[[], object] | None = None, when: Callable[[Progress], bool] | None = None) -> None:
        self.reports: list[Progress] = []
        self._act, self._when = act, when

    def __call__(self, progress: Progress) -> None:
        self.reports.append(progress)
        if self._act and self._when and self._when(progress):
            act, self._act = self._act, None
            act()

    @property
    def phases(self) -> list[Phase]:
        """The phases in order, without repetitions in a row."""
        seen = [progress.phase for progress in self.reports]
        return [phase for phase, before in zip(seen, [None, *seen], strict=False) if phase != before]


def past(epoch: float) -> Callable[[Progress], bool]:
    """Return a condition: the training is past an epoch."""
    return lambda progress: progress.phase is Phase.TRAINING and progress.epoch > epoch


def after(epochs: int) -> Callable[[Progress], bool]:
    """Return a condition: exactly so many epochs are finished, and the next has not begun."""
    return lambda progress: (
        progress.phase is Phase.TRAINING and progress.curves.epochs == epochs and not progress.points
    )
