"""Other data in the app: named on every screen, and never mixed with data of the same name."""

from dataclasses import replace
from pathlib import Path

from lab_screen import LabPilot, MakeLab, opened, screen_text, shows
from other_data import KANA, OTHER_KANA
from sample_records import RUN, a_run
from single_screen import few_garments, standing
from trained_networks import run_of

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.dataset import register
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.editor.draft import Origin
from fmnist_tui.tui.images.data_screen import DataScreen
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import test_images as all_test_images

NAMES = ("ichi", "ni", "san", "yon", "go", "roku", "nana", "hachi", "kyū", "jū")
NUMBERS = register("numbers", 60, 400, NAMES, {"train-images-idx3-ubyte": "5" * 32})
DATA = replace(few_garments(), name=NUMBERS)


def run_on_numbers(folder: Path) -> Run:
    run = run_of("linear", folder)
    return replace(run, recipe=run.recipe.on(NUMBERS))


async def test_errors_images_units_and_data_are_named_by_their_own_classes(tmp_path: Path) -> None:
    run = run_on_numbers(tmp_path)
    confused = replace(
        run, confusion=tuple(tuple(9 if row == column else 1 for column in range(10)) for row in range(10))
    )

    async with standing(ErrorsScreen(confused, tmp_path, DATA)) as pilot:
        await shows(pilot, "hachi +1")
        assert "ichi taken for ni" in screen_text(pilot)
        await change(pilot, DataScreen(DATA))
        await shows(pilot, "numbers · 60 \\+ 400 images")
        await shows(pilot, "▸ichi")
        await change(pilot, UnitsScreen(run, tmp_path, DATA))
        await shows(pilot, "ichi: chosen for")
        await change(pilot, ImageScreen(run, tmp_path, all_test_images(DATA), 3))
        await shows(pilot, "roku +[✓█ ]* +\\d")
        assert not any(name in screen_text(pilot) for name in ("Trouser", "Sandal", "Shirt"))


async def change(pilot: LabPilot, screen: ErrorsScreen | DataScreen | UnitsScreen | ImageScreen) -> None:
    await pilot.app.push_screen(screen)


async def test_other_bytes_under_a_recorded_name_are_not_trained_on(lab: MakeLab, notebook: NotebookFile) -> None:
    run = a_run()
    notebook.record(replace(run, recipe=run.recipe.on(OTHER_KANA)))

    async with opened(lab(KANA), until_it_shows="no data to train on") as pilot:
        await shows(pilot, "runs on other data named kana")
        await pilot.press("escape", "t")
        await shows(pilot, "the notebook has runs on other data")
    assert len(notebook.read().runs) == 1


async def test_a_recipe_of_other_data_in_the_editor_is_said_to_be_trained_on_the_loaded(lab: MakeLab) -> None:
    async with opened(lab(KANA)) as pilot:
        assert isinstance(pilot.app, LabApp)
        editor = pilot.app.main.editor
        editor.load(Origin("of kana", RUN.recipe.on(KANA)))
        editor.load(Origin("of garments", RUN.recipe))

        await shows(pilot, r"of fashion-mnist; t trains it on kana@[0-9a-f]{8}, which\s+is\s+loaded")
        assert "of kana;" not in screen_text(pilot)
