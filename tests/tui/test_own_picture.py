"""A person's own picture, asked about in the app."""

from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, screen_text, shows, until
from PIL import Image
from single_screen import few_garments, standing
from textual.widgets import Input
from trained_networks import drawn, run_of

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.inside.familiarity import known_images, nearness
from fmnist_tui.lab.inside.one_image import follow
from fmnist_tui.lab.inside.picture import read_picture
from fmnist_tui.tui.images.enlarged import ImageDetails
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.picture_dialog import PictureDialog
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import test_images as all_test_images
from fmnist_tui.tui.widgets.path_input import continuations, typed_path

GARMENTS = few_garments()


@pytest.fixture
def folder_of_pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "old").mkdir(parents=True)
    Image.fromarray(np.pad(np.full((20, 12), 200, np.uint8), 10, constant_values=255)).save(folder / "garment.png")
    Image.fromarray(np.where(np.indices((28, 28)).sum(0) % 2, 255, 0).astype(np.uint8)).save(
        folder / "garage.JPG", "PNG"
    )
    (folder / "notes.txt").write_text("no picture")
    (folder / "broken.png").write_bytes(b"no picture")
    (folder / ".hidden.png").write_bytes(b"")
    return folder


async def asked(pilot: LabPilot, path: Path) -> None:
    pilot.app.screen.query_one(Input).value = str(path)
    await pilot.press("enter")


def dialog(run_folder: Path, data: Dataset | None = GARMENTS) -> PictureDialog:
    return PictureDialog(run_of("64", run_folder), drawn("64"), data)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)], ids=str)
async def test_the_three_likeliest_classes_and_the_distance_are_the_networks(
    tmp_path: Path, folder_of_pictures: Path, size: tuple[int, int]
) -> None:
    path = folder_of_pictures / "garment.png"
    image = read_picture(path).image
    passage = follow(run_of("64", tmp_path / "other").recipe.architecture, drawn("64"), image)
    near = nearness(known_images(GARMENTS.x_train, GARMENTS.x_test), image)

    async with standing(dialog(tmp_path), columns=size[0], rows=size[1]) as pilot:
        await asked(pilot, path)
        await shows(pilot, r"away\s+\(limit|away\s")

        text = " ".join(screen_text(pilot).split())
        for each in passage.ranking[:3].tolist():
            assert f"{passage.probabilities[each]:.1%}" in text
            assert GARMENT_CLASSES.names[each] in text
        assert f"{near.distance:.1f}" in text
        assert "its light ground made black" in text
        assert pilot.app.screen.query_one(ImageDetails).size.height == 14


async def test_a_picture_like_nothing_in_the_data_is_warned_of_and_the_next_one_is_answered(
    tmp_path: Path, folder_of_pictures: Path
) -> None:
    async with standing(dialog(tmp_path), columns=140) as pilot:
        await asked(pilot, folder_of_pictures / "garage.JPG")
        await shows(pilot, r"looks like nothing that this network knows.*, farther\W+than 99% of the test images")

        await asked(pilot, folder_of_pictures / "broken.png")
        await shows(pilot, r"no\W+PNG,\W+JPEG,\W+GIF\W+or\W+BMP\W+file")
        assert not pilot.app.screen.query_one(ImageDetails).region

        await asked(pilot, folder_of_pictures / "none.png")
        await shows(pilot, r"there\W+is\W+no\W+such\W+file")

        await asked(pilot, folder_of_pictures / "garment.png")
        await shows(pilot, r"garment\.png: its light ground made black")


async def test_without_the_runs_data_it_is_said_that_nothing_was_compared(
    tmp_path: Path, folder_of_pictures: Path
) -> None:
    async with standing(dialog(tmp_path, None), columns=140) as pilot:
        await asked(pilot, folder_of_pictures / "garment.png")
        await shows(pilot, r"synthetic\W+is\W+not\W+loaded")


async def test_tab_completes_as_far_as_all_choices_agree(tmp_path: Path, folder_of_pictures: Path) -> None:
    async with standing(dialog(tmp_path), columns=140) as pilot:
        line = pilot.app.screen.query_one(Input)
        line.value = f"{folder_of_pictures}/g"
        line.cursor_position = len(line.value)
        await pilot.press("tab")
        assert line.value == f"{folder_of_pictures}/gar"
        await shows(pilot, r"garage\.JPG  garment\.png")
        await pilot.press("m", "tab")
        assert line.value == f"{folder_of_pictures}/garment.png"


def test_folders_and_pictures_are_offered_and_hidden_ones_on_request(folder_of_pictures: Path) -> None:
    def offered(begun: str) -> list[str]:
        found = continuations(f"{folder_of_pictures}/{begun}", (".png", ".jpg"))
        return [each.removeprefix(f"{folder_of_pictures}/") for each in found]

    assert offered("") == ["broken.png", "garage.JPG", "garment.png", "old/"]
    assert offered(".") == [".hidden.png"]
    assert offered("none/") == []


def test_quotes_around_a_path_and_the_home_are_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert typed_path(" '/a b/c.png' ") == Path("/a b/c.png")
    assert typed_path("~/c.png") == tmp_path / "c.png"
    assert typed_path("'") == Path("'")


async def test_it_opens_by_one_key_from_the_units_and_from_one_image(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    units = UnitsScreen(run, tmp_path, GARMENTS)
    async with standing(units) as pilot:
        await until(pilot, lambda: "fires" in screen_text(pilot))
        await pilot.press("V")
        assert pilot.app.screen.query(Input)
        await pilot.press("escape")
        assert units.is_current

        image = ImageScreen(run, tmp_path, all_test_images(GARMENTS))
        await pilot.app.push_screen(image)
        await until(pilot, lambda: image.weights is not None)
        await pilot.press("V")
        opened = pilot.app.screen
        assert isinstance(opened, PictureDialog)
        assert opened.data is GARMENTS
