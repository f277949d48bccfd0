"""From one small network to a clearly better one, by a key each: the README's session, on drawn garments."""

from importlib import import_module
from pathlib import Path

import pytest
from lab_screen import LabPilot, opened, screen_text, shows, until

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.dataset.synthetic.collection import draw_collection
from fmnist_tui.engine.parallel import side_by_side
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.experiments.groups import Group, groups
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.statistics.equivalence import MARGIN
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.background import Lane
from fmnist_tui.tui.clues.screen import CluesScreen
from fmnist_tui.tui.editor.draft import Origin

FIRST = Recipe(parse("16"), hyperparameters(epochs=6, batch_size=32, learning_rate=0.002), "synthetic")
"""The lab report's first architecture, trained for fewer epochs on few garments."""

MOST_STEPS = 5
MOST_MINUTES = 10


def few_garments(*_: object, **__: object) -> Dataset:
    """Return 3,000 garments to train on, in place of the program's 20,000."""
    x_train, y_train = draw_collection(3_000, key=0)
    x_test, y_test = draw_collection(300, key=1)
    return Dataset("synthetic", x_train, y_train, x_test, y_test, "drawn by the program itself")


async def trained_and_read(pilot: LabPilot, app: LabApp, runs: int) -> None:
    """Wait until there are more runs than `runs`, nothing is trained, and the clues are those of all runs."""

    def settled() -> bool:
        busy = app.runner.busy or app.reader.busy or app.background.busy(Lane.CLUES)
        found = app.main.clues._found
        read = sum(len(group.runs) for group in found.question.known) if found else 0
        return not busy and read == len(app.trained) > runs

    for _ in range(MOST_MINUTES // 2):  # `until` waits two minutes
        try:
            await until(pilot, settled)
        except AssertionError:
            continue
        return
    raise AssertionError(screen_text(pilot))


def clearly_better(notebook: NotebookFile) -> Group | None:
    """Return the best experiment, if the clues may call it better than the first."""
    known = groups(notebook.read())
    results = Trained(known, known, MARGIN)
    first = next(group for group in known if group.recipe == FIRST)
    best = results.ranked[0]
    pair = results.pair(best, first) if best is not first else None
    return best if pair is not None and pair.relation == "better" else None


async def test_the_first_clue_with_something_to_try_leads_to_a_clearly_better_network(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_module("fmnist_tui.engine.training.trainer")  # TensorFlow may take longer than a test waits for a state
    monkeypatch.setattr(sources, "load", few_garments)
    monkeypatch.setattr(side_by_side, "usable_cores", lambda: 1)  # seeds at once would compile each recipe twice
    app = LabApp(Path(notebook.path.name), "synthetic")
    async with opened(app, until_it_shows="press t to train") as pilot:
        app.main.editor.load(Origin("the first", FIRST))
        await pilot.press("t")
        await trained_and_read(pilot, app, 0)
        await pilot.press("C")
        await shows(pilot, "▸ 1 clear · single-run")
        screen = app.screen
        assert isinstance(screen, CluesScreen)
        for _ in range(MOST_STEPS):
            runs = len(app.trained)
            await until(pilot, lambda: screen.clue is not None and screen.clue.suggestion is not None)
            await pilot.press("t")
            await trained_and_read(pilot, app, runs)
            if better := clearly_better(notebook):
                break

    assert better
    assert better.recipe.training == FIRST.training
