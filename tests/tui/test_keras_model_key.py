"""The network of a run, written as a Keras model by one key."""

from pathlib import Path

import numpy as np
from eager import loaded
from lab_screen import LabPilot, shows, until
from single_screen import few_garments, standing
from trained_networks import drawn, run_of

from fmnist_tui.lab.inside.one_image import follow
from fmnist_tui.tui.units.screen import UnitsScreen

GARMENTS = few_garments()


async def opened_units(pilot: LabPilot) -> UnitsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, UnitsScreen)
    await until(pilot, lambda: screen.on is not None)
    return screen


async def test_the_model_says_what_the_screen_says_and_is_not_written_twice(tmp_path: Path) -> None:
    run = run_of("16", tmp_path, best=True)
    path = tmp_path / "r0" / "model.keras"
    async with standing(UnitsScreen(run, tmp_path, GARMENTS), columns=140) as pilot:
        await opened_units(pilot)
        await pilot.press("X")
        await shows(pilot, r"Keras model written, \d+ kB:")

        written = path.read_bytes()
        await pilot.press("X")
        await shows(pilot, r"there is a model already, \d+ kB; remove")
        assert path.read_bytes() == written

        await pilot.press("B", "X")
        await until(pilot, (tmp_path / "r0" / "best.keras").exists)

    image = GARMENTS.x_test[:1]
    for name, draw in (("model.keras", 0), ("best.keras", 1)):
        theirs = loaded(tmp_path / "r0" / name).predict(image / 255, verbose=0)[0]
        ours = follow(run.recipe.architecture, drawn("16", draw), image[0]).probabilities
        assert np.allclose(theirs, ours, atol=1e-5)
    assert sorted(each.name for each in (tmp_path / "r0").iterdir()) == ["best.keras", "model.keras", "weights.npz"]


async def test_where_it_cannot_be_written_that_is_a_line(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    (tmp_path / "r0" / "model.keras").mkdir()
    async with standing(UnitsScreen(run, tmp_path, GARMENTS), columns=140) as pilot:
        await opened_units(pilot)
        await pilot.press("X")
        await shows(pilot, r"model\.keras\s+exists")
