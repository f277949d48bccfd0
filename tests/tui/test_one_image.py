"""One image through a network: what a person sees of it on the screen."""

from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, screen_text, shows, until
from single_screen import few_garments, standing
from trained_networks import drawn, run_of

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.inside.one_image import LayerActivity, follow, nearest_wrong, occlusion
from fmnist_tui.tui.images.enlarged import ImageDetails
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.passage import activity_bars, drawn_fall, occlusion_words
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import Images
from fmnist_tui.tui.units.study import test_images as all_test_images
from fmnist_tui.tui.units.weight_picture import draw_weights

GARMENTS = few_garments()


def images() -> Images:
    return all_test_images(GARMENTS)


def shown(pilot: LabPilot) -> ImageScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ImageScreen)
    return screen


async def followed(pilot: LabPilot) -> None:
    await until(pilot, lambda: shown(pilot).fall is not None)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)], ids=str)
@pytest.mark.parametrize("shorthand", ["64-32", "linear", "conv6x5-pool2-flatten-8"])
async def test_probabilities_layers_and_the_runner_up_are_shown_at_every_size(
    tmp_path: Path, shorthand: str, size: tuple[int, int]
) -> None:
    run = run_of(shorthand, tmp_path)
    passage = follow(run.recipe.architecture, drawn(shorthand), GARMENTS.x_test[3])
    first, second = (int(each) for each in passage.ranking[:2])

    async with standing(ImageScreen(run, tmp_path, images(), 3), columns=size[0], rows=size[1]) as pilot:
        await followed(pilot)

        text = screen_text(pilot)
        assert f"{GARMENT_CLASSES.names[first]} {passage.probabilities[first]:.1%}" in text
        assert f"{GARMENT_CLASSES.names[second]} {passage.probabilities[second]:.1%}" in text or size[0] < 80
        assert "x_test[3]" in text
        assert "4 of 400" in text
        if shorthand == "64-32":
            assert f"dense 64 relu: {passage.layers[0].firing} of 64 above 0" in text
        if shorthand == "linear":
            assert "no hidden layer" in text


async def test_the_pixels_that_decide_are_those_of_the_occlusion(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    architecture, image = run.recipe.architecture, GARMENTS.x_test[0]
    answer = int(follow(architecture, drawn("16"), image).ranking[0])

    async with standing(ImageScreen(run, tmp_path, images())) as pilot:
        await followed(pilot)

        fall = shown(pilot).fall
        assert fall is not None
        assert np.array_equal(fall, occlusion(architecture, drawn("16"), image, answer))
        assert occlusion_words(fall, answer, GARMENT_CLASSES)[:40] in screen_text(pilot)
        assert len(pilot.app.screen.query(ImageDetails)) == 2


async def test_arrows_page_and_w_goes_to_what_is_wrong(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    labels = GARMENTS.y_test

    async with standing(ImageScreen(run, tmp_path, images())) as pilot:
        await followed(pilot)
        await pilot.press("right", "right", "left")
        assert shown(pilot).at == 1
        await followed(pilot)

        expected = nearest_wrong(run.recipe.architecture, drawn("16"), GARMENTS.x_test, labels, 1, 1)
        await pilot.press("w")
        await until(pilot, lambda: shown(pilot).at == expected)
        await followed(pilot)
        assert "wrong: it is" in screen_text(pilot)


async def test_a_run_without_weights_says_so(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    (tmp_path / "r0" / "weights.npz").unlink()
    async with standing(ImageScreen(run, tmp_path, images()), columns=170) as pilot:
        await shows(pilot, "no weights of this run are kept")
        await pilot.press("w", "right")
        assert shown(pilot).at == 1


async def test_it_opens_from_the_units_and_from_what_excites_one(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("16", tmp_path), tmp_path, GARMENTS)) as pilot:
        await until(pilot, lambda: "measuring" not in screen_text(pilot) and "fires" in screen_text(pilot))
        await pilot.press("I")
        await followed(pilot)
        assert len(shown(pilot).images.images) == 12
        await pilot.press("escape", "enter")
        await until(pilot, lambda: len(pilot.app.screen.query_one(SelectableImageGrid).cards) == 10)
        await pilot.press("right", "I")
        await followed(pilot)
        assert (shown(pilot).at, len(shown(pilot).images.images)) == (1, 10)


def test_bars_are_eighths_of_the_largest_and_never_hide_what_is_not_0() -> None:
    layer = LayerActivity("dense 4 tanh", np.array([0, 0.001, -0.5, 1], np.float32))

    assert activity_bars(layer, 80) == (" ▁▄█", 1)
    assert activity_bars(layer, 2) == ("▁█", 2)


def test_where_no_patch_matters_that_is_said_and_nothing_is_drawn() -> None:
    fall = np.zeros((28, 28), np.float32)
    fall[3, 5], fall[7, 9] = 0.0004, -0.0003

    assert occlusion_words(fall, 1, GARMENT_CLASSES) == "hiding any patch leaves Trouser as probable as it is"
    even = drawn_fall(fall)
    assert even is not None
    assert {strip.text for strip in draw_weights(even, "dots")} == {" " * 28}


def test_where_hiding_only_helps_that_is_said_and_drawn() -> None:
    fall = np.zeros((28, 28), np.float32)
    fall[3, 5], fall[7, 9] = 0.0004, -0.25

    words = "Trouser falls nowhere; it rises most, by 25.0 points, with row 7, column 9 hidden"
    assert occlusion_words(fall, 1, GARMENT_CLASSES) == words
    assert drawn_fall(fall) is fall
