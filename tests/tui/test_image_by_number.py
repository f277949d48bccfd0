"""Any image of the data, chosen by its number."""

from pathlib import Path

import pytest
from lab_screen import LabPilot, shows, until
from single_screen import few_garments, standing
from textual.widgets import Input
from trained_networks import run_of

from fmnist_tui.engine.dataset.sources import split
from fmnist_tui.lab.errors import UserError
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.number_dialog import NumberDialog, typed_place
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import test_images as all_test_images

GARMENTS = few_garments()


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("7", ("x_train", 7)),
        (" 59 ", ("x_train", 59)),
        ("test 7", ("x_test", 7)),
        ("TEST7", ("x_test", 7)),
        ("x_test[399]", ("x_test", 399)),
        ("train 0", ("x_train", 0)),
    ],
)
def test_a_number_is_of_the_images_shown_unless_a_set_is_named(typed: str, place: tuple[str, int]) -> None:
    assert typed_place(typed, "x_train", GARMENTS) == place


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("60", r"there is no x_train\[60\]; x_train has 0 to 59"),
        ("test 400", r"there is no x_test\[400\]; x_test has 0 to 399"),
        ("-1", "type a number"),
        ("shirt", "type a number"),
        ("9" * 12, "there is no"),
        ("9" * 50, "type a number"),
    ],
)
def test_what_is_no_image_is_said(typed: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        typed_place(typed, "x_train", GARMENTS)


async def chosen(pilot: LabPilot, typed: str) -> None:
    await pilot.press("number_sign")
    assert isinstance(pilot.app.screen, NumberDialog)
    pilot.app.screen.query_one(Input).value = typed
    await pilot.press("enter")


async def test_the_set_of_an_image_is_the_runs_own_split(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    training = run.recipe.training
    held_out = split(GARMENTS, training.validation_fraction, training.split_seed)
    validation, trained_on = int(held_out.validation_indices[3]), int(held_out.train_indices[3])

    async with standing(ImageScreen(run, tmp_path, all_test_images(GARMENTS))) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, ImageScreen)
        await until(pilot, lambda: screen.weights is not None)
        await shows(pilot, r"x_test\[0\], test · 1 of 400")
        await chosen(pilot, f"train {validation}")
        await shows(pilot, rf"x_train\[{validation}\], validation · {validation + 1} of 60")
        await chosen(pilot, f"{trained_on}")
        await shows(pilot, rf"x_train\[{trained_on}\], training")
        await until(pilot, lambda: screen.fall is not None)

        await chosen(pilot, "400")
        await shows(pilot, r"there is no x_train\[400\]; x_train has 0 to\s+59")
        await pilot.press("escape")
        assert screen.at == trained_on


async def test_the_units_screen_leads_there(tmp_path: Path) -> None:
    units = UnitsScreen(run_of("16", tmp_path), tmp_path, GARMENTS)
    async with standing(units) as pilot:
        await until(pilot, lambda: units.on is not None)
        await chosen(pilot, "test 12")
        await shows(pilot, r"x_test\[12\], test · 13 of 400")


async def test_without_data_it_is_said_how_to_get_them(tmp_path: Path) -> None:
    units = UnitsScreen(run_of("16", tmp_path), tmp_path, None)
    async with standing(units) as pilot:
        await until(pilot, lambda: units.pictures is not None)
        await pilot.press("number_sign")
        await shows(pilot, "no data here; `fmnist-tui data` says")
