"""An app with a single screen, and runs with known predictions on a few garments."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from lab_screen import LabPilot
from sample_records import a_run
from textual.app import App
from textual.reactive import Reactive
from textual.screen import Screen

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.dataset.synthetic.collection import draw_collection
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions
from fmnist_tui.tui.colours import DARK
from fmnist_tui.tui.help import help_on

SIXTEEN_BITS = 1 / 2048
"""Largest rounding error of a confidence stored as a half float."""


class Ground(App[None]):
    """An app that shows one screen, in the lab's colours."""

    ansi_theme_dark = Reactive(DARK, init=False)

    def __init__(self, shown: Screen[Any]) -> None:
        super().__init__()
        self.shown = shown

    def on_mount(self) -> None:
        self.push_screen(self.shown)

    def action_help(self) -> None:
        self.push_screen(help_on(self.screen))

    @property
    def screen_left(self) -> bool:
        return len(self.screen_stack) == 1


@asynccontextmanager
async def standing(shown: Screen[Any], *, columns: int = 80, rows: int = 24) -> AsyncIterator[LabPilot]:
    """Show a screen in a terminal of a given size."""
    async with Ground(shown).run_test(size=(columns, rows), notifications=True) as pilot:
        await pilot.pause()
        yield pilot


@cache
def few_garments() -> Dataset:
    """Return 60 synthetic garments to train on and 400 to test with, the same every time."""
    x_train, y_train = draw_collection(60, key=0)
    x_test, y_test = draw_collection(400, key=1)
    return Dataset("synthetic", x_train, y_train, x_test, y_test, "drawn by the program itself")


def answers(seed: int, wrong: float = 0.2) -> Predictions:
    """Return predictions for the test garments, a share of them wrong: shirts, or the next class."""
    draws = np.random.default_rng(seed)
    truth = few_garments().y_test
    mistaken = np.where(draws.random(len(truth)) < 0.5, 6, (truth + 1) % 10)
    classes = np.where(draws.random(len(truth)) < wrong, mistaken, truth)
    return Predictions(classes.astype(np.uint8), draws.uniform(0.2, 1, len(truth)).astype(np.float16))


def confusion_of(truth: npt.NDArray[np.int64], predicted: npt.NDArray[np.uint8]) -> tuple[tuple[int, ...], ...]:
    from sklearn.metrics import confusion_matrix

    return tuple(tuple(row) for row in confusion_matrix(truth, predicted, labels=range(10)).tolist())


def run_with_predictions(
    runs_folder: Path, run_id: str = "r0", seed: int = 0, *, kept: bool = True, wrong: float = 0.2
) -> Run:
    """Return a run on the garments, with its predictions in its folder unless `kept` is false."""
    predictions = answers(seed, wrong)
    if kept:
        (runs_folder / run_id).mkdir(parents=True)
        write_predictions(runs_folder / run_id, predictions)
    run = a_run(run_id, seed=seed, confusion=confusion_of(few_garments().y_test, predictions.classes))
    return a_run(run_id, seed=seed, confusion=run.confusion, recipe=run.recipe.on("synthetic"))
