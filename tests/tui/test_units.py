"""What the units of a run's first layer look for, as a person at a terminal meets it."""

import re
from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, screen_text, shows, until
from numpy.typing import NDArray
from sample_records import a_run
from single_screen import Ground, few_garments, standing
from trained_networks import drawn, run_of

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.inside.one_image import filter_maps
from fmnist_tui.lab.inside.unit_layers import unit_layers
from fmnist_tui.lab.inside.units import measure, most_exciting
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units.cards import outgoing_bars
from fmnist_tui.tui.units.maps_screen import MapsScreen
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.unit_screen import UnitScreen
from fmnist_tui.tui.units.weight_picture import NEGATIVE, POSITIVE, ZERO, draw_weights


def validation_images(run: Run, data: Dataset) -> NDArray[np.uint8]:
    training = run.recipe.training
    return data.x_train[split(data, training.validation_fraction, training.split_seed).validation_indices]


def grid(pilot: LabPilot) -> SelectableImageGrid:
    return pilot.app.screen.query_one(SelectableImageGrid)


async def measured(pilot: LabPilot) -> None:
    await shows(pilot, "images")
    await until(pilot, lambda: "measuring" not in screen_text(pilot))


async def test_the_units_that_matter_most_come_first_with_their_figures(tmp_path: Path) -> None:
    run = run_of("24", tmp_path)
    first = unit_layers(run.recipe.architecture)[0]
    figures = measure(run.recipe.architecture, drawn("24"), validation_images(run, few_garments()), first)
    order = np.argsort(-figures.matters, kind="stable")

    async with standing(UnitsScreen(run, tmp_path, few_garments())) as pilot:
        await measured(pilot)

        captions = [card.caption for card in grid(pilot).cards]
        assert [int(first.split()[0][1:]) - 1 for first, _ in captions] == order.tolist()
        assert captions[0][0].endswith(f"{figures.matters[order[0]]:.1%}")
        assert captions[0][1] == f"fires {figures.fires[order[0]]:.0%}"
        assert captions[-1][1] == "dead"
        assert "dense 24 relu" in screen_text(pilot)
        assert "epoch 2, the last" in screen_text(pilot)
        assert f"all 24 units: {figures.dead.sum()} dead" in screen_text(pilot)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (110, 30), (200, 60)])
async def test_the_words_about_a_map_say_where_it_stands_and_are_whole(tmp_path: Path, columns: int, rows: int) -> None:
    run = run_of("conv4x3-flatten-8", tmp_path)

    async with standing(UnitsScreen(run, tmp_path, few_garments()), columns=columns, rows=rows) as pilot:
        await measured(pilot)
        await pilot.press("enter")
        await shows(pilot, "beside its kernel: its 26 × 26")
        screen = pilot.app.screen
        kernel, of_map, facts = (screen.query_one(f"#{name}").region for name in ("weights", "map", "facts"))

        assert 0 <= of_map.x - kernel.right <= 2
        assert of_map.right <= facts.x
        words = " ".join(line[facts.x :].strip() for line in screen_text(pilot).splitlines()[facts.y : facts.bottom])
        assert re.search(r"its 26 × 26 outputs for the image below, from \S+ to \S+", words)


async def test_pictures_are_paged_and_a_dead_unit_says_so(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("24", tmp_path), tmp_path, few_garments()), columns=110) as pilot:
        await measured(pilot)
        shown = grid(pilot).last
        assert 0 < shown < 24

        await pilot.press("pagedown")
        assert f"{shown + 1}–" in screen_text(pilot)

        await pilot.press("G")
        await shows(pilot, r"unit \d+: dead")


async def test_enter_shows_a_unit_with_its_weights_by_class_and_what_excites_it(tmp_path: Path) -> None:
    run, data = run_of("24", tmp_path), few_garments()
    images = validation_images(run, data)

    async with standing(UnitsScreen(run, tmp_path, data), columns=140, rows=45) as pilot:
        await measured(pilot)
        await pilot.press("enter")
        screen = pilot.app.screen
        assert isinstance(screen, UnitScreen)
        await until(pilot, lambda: len(grid(pilot).cards) == 10)

        first = unit_layers(run.recipe.architecture)[0]
        places, heights = most_exciting(run.recipe.architecture, drawn("24"), images, first, screen.unit)
        assert [card.caption[1] for card in grid(pilot).cards] == [f"{height:.2f}" for height in heights]
        assert all(np.array_equal(c.image, images[at]) for c, at in zip(grid(pilot).cards, places, strict=True))
        out = drawn("24")[2]["kernel"][screen.unit]
        assert f"{out[1]:+.2f}" in screen_text(pilot)
        assert "place 1 of 24" in screen_text(pilot)

        await pilot.press("w", "w")
        await shows(pilot, "place 3 of 24")
        await pilot.press("W", "escape")
        assert grid(pilot).cursor == 1


async def test_the_best_epochs_weights_are_a_key_away_where_they_are_kept(tmp_path: Path) -> None:
    run = run_of("16", tmp_path, best=True)
    async with standing(UnitsScreen(run, tmp_path, few_garments())) as pilot:
        await measured(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, UnitsScreen)
        last = screen.pictures

        await pilot.press("B")

        await shows(pilot, "the best")
        assert not np.array_equal(screen.pictures, last)  # type: ignore[arg-type]  # both are arrays


@pytest.mark.parametrize(
    ("shorthand", "words"),
    [("64-32", "dense 64 relu"), ("linear", "the output"), ("conv6x5-pool2-flatten-8", "conv2d 6 5×5")],
)
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)], ids=str)
async def test_every_kind_of_first_layer_is_shown_at_every_size(
    tmp_path: Path, shorthand: str, words: str, size: tuple[int, int]
) -> None:
    run = run_of(shorthand, tmp_path)
    async with standing(UnitsScreen(run, tmp_path, few_garments()), columns=size[0], rows=size[1]) as pilot:
        await measured(pilot)
        assert words in screen_text(pilot)
        assert ("of places in" in screen_text(pilot)) == (words == "conv2d 6 5×5")
        assert "▀" in screen_text(pilot)

        await pilot.press("enter")
        await until(pilot, lambda: len(grid(pilot).cards) == 10)
        await shows(pilot, "▀")


async def test_w_goes_to_deeper_layers_whose_pictures_are_products_back_to_the_pixels(tmp_path: Path) -> None:
    run = run_of("24-12", tmp_path)
    second, weights = unit_layers(run.recipe.architecture)[1], drawn("24-12")
    figures = measure(run.recipe.architecture, weights, validation_images(run, few_garments()), second)
    order = np.argsort(-figures.matters, kind="stable")

    async with standing(UnitsScreen(run, tmp_path, few_garments())) as pilot:
        await measured(pilot)
        await pilot.press("w")
        await shows(pilot, "dense 12 relu · layer 2 of 3.*all 12 units")

        product = weights[1]["kernel"] @ weights[2]["kernel"]
        shown = np.stack([card.image for card in grid(pilot).cards]).reshape(12, 784)
        assert np.allclose(shown.T, product[:, order], atol=1e-5)
        assert "weights of 2 layers multiplied: leaves out what activations cut off" in screen_text(pilot)

        await pilot.press("enter")
        await until(pilot, lambda: len(grid(pilot).cards) == 10)
        assert f"{weights[3]['kernel'][order[0]][1]:+.2f}" in screen_text(pilot)

        await pilot.press("escape", "w")
        await shows(pilot, "the output · layer 3 of 3.*chosen")
        await pilot.press("w")
        await shows(pilot, "dense 24 relu · layer 1 of 3")


async def test_a_filter_is_shown_with_its_map_and_enter_shows_the_maps_of_all(tmp_path: Path) -> None:
    run = run_of("conv4x3-pool2-conv5x3:tanh-flatten-8", tmp_path)
    first, second, *_ = unit_layers(run.recipe.architecture)
    weights = drawn("conv4x3-pool2-conv5x3:tanh-flatten-8")

    async with standing(UnitsScreen(run, tmp_path, few_garments())) as pilot:
        await measured(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(grid(pilot).cards) == 10)
        await pilot.press("l")
        screen = pilot.app.screen
        assert isinstance(screen, UnitScreen)
        image = grid(pilot).cards[1].image
        expected = filter_maps(run.recipe.architecture, weights, image, first)
        await until(pilot, lambda: screen.map is not None and np.allclose(screen.map, expected[screen.unit]))
        await shows(pilot, r"its 26 × 26")
        assert f"▸{grid(pilot).cards[1].caption[0]}" in screen_text(pilot)

        await pilot.press("enter")
        await shows(pilot, "26 × 26 outputs of each filter")
        assert isinstance(pilot.app.screen, MapsScreen)
        cards = grid(pilot).cards
        assert np.array_equal(cards[0].image, image)
        assert {card.caption for card in cards[1:]} == {
            (f"#{unit + 1}", f"max {expected[unit].max():.3g}") for unit in range(4)
        }

        await pilot.press("w")
        await shows(pilot, "11 × 11 outputs of each filter")
        deeper = filter_maps(run.recipe.architecture, weights, image, second)
        assert [card.caption[1] for card in grid(pilot).cards[1:]] == [f"max {each.max():.3g}" for each in deeper]


async def test_classes_of_a_network_without_hidden_units_stand_in_their_order(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("linear", tmp_path), tmp_path, few_garments()), columns=170) as pilot:
        await measured(pilot)

        captions = [card.caption for card in grid(pilot).cards]
        assert [first for first, _ in captions][:2] == ["T-shirt", "Trouser"]
        assert all(second.startswith("chosen ") for _, second in captions)


async def test_without_held_out_images_the_test_images_are_named(tmp_path: Path) -> None:
    run = run_of("16", tmp_path, validation_fraction=0.0)
    async with standing(UnitsScreen(run, tmp_path, few_garments()), columns=120) as pilot:
        await shows(pilot, "400 test images")


async def test_a_run_without_weights_says_how_to_get_them(tmp_path: Path) -> None:
    run = a_run("r9", recipe=Recipe(parse("16"), hyperparameters(epochs=2), "synthetic"))
    async with standing(UnitsScreen(run, tmp_path, few_garments()), columns=60, rows=20) as pilot:
        await shows(pilot, "no weights of this run are kept; `fmnist-tui train 16.*trains it again and keeps\\s+them")
        await pilot.press("enter", "w", "pagedown")
        assert isinstance(pilot.app.screen, UnitsScreen)


async def test_damaged_weights_are_a_line_and_nothing_crashes(tmp_path: Path) -> None:
    run = run_of("16", tmp_path)
    (tmp_path / "r0" / "weights.npz").write_bytes(b"PK\x03\x04")
    async with standing(UnitsScreen(run, tmp_path, few_garments()), columns=200) as pilot:
        await shows(pilot, "damaged; remove it")


async def test_without_data_the_pictures_are_there_and_it_is_said_what_is_missing(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("16", tmp_path), tmp_path, None)) as pilot:
        await shows(pilot, "not measured: no data here; `fmnist-tui data` says how to get it")
        assert "▀" in screen_text(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, UnitScreen)


async def test_help_explains_the_terms(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("16", tmp_path), tmp_path, few_garments()), rows=60) as pilot:
        await pilot.press("question_mark", "tab")
        await shows(pilot, "units that matter: how much a unit moves the next layer")
        assert "He, Fan, Qian, Tan & Yu 2014" in screen_text(pilot)


async def test_escape_goes_back(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("16", tmp_path), tmp_path, few_garments())) as pilot:
        await pilot.press("escape")
        assert isinstance(pilot.app, Ground)
        assert pilot.app.screen_left


HALVES = np.concatenate([np.full((14, 28), 1.0), np.full((14, 28), -1.0)]).astype(np.float32)


def lightness(rgb: tuple[int, int, int]) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def test_signs_are_told_apart_by_lightness_alone() -> None:
    assert lightness(NEGATIVE) + 40 < lightness(ZERO)
    assert lightness(ZERO) + 40 < lightness(POSITIVE)


@pytest.mark.parametrize("size", ["small", "whole", "double"])
@pytest.mark.parametrize("mode", ["greys", "four greys"])
def test_positive_weights_are_drawn_lighter_than_negative_ones(mode: str, size: str) -> None:
    strips = draw_weights(HALVES, mode, size)  # type: ignore[arg-type]  # the parameters are of these types

    top, bottom = (next(iter(strips[row])).style for row in (0, len(strips) - 1))
    assert top is not None
    assert bottom is not None
    light, dark = (lightness(style.bgcolor.get_truecolor()) for style in (top, bottom) if style.bgcolor)
    assert light > 3 * dark


@pytest.mark.parametrize(("size", "columns", "rows"), [("small", 14, 7), ("whole", 28, 14), ("double", 56, 28)])
def test_without_colour_signs_tell_them_apart(size: str, columns: int, rows: int) -> None:
    lines = [strip.text for strip in draw_weights(HALVES, "dots", size)]  # type: ignore[arg-type]  # as above

    assert [len(line) for line in lines] == [columns] * rows
    assert set(lines[0]) == {"#"}
    assert set(lines[-1]) == {"="}
    assert [strip.text for strip in draw_weights(np.zeros((28, 28), np.float32), "dots", "small")] == [" " * 14] * 7


def test_bars_of_classes_go_left_for_negative_weights() -> None:
    lines = outgoing_bars(np.array([1.0, -1.0, 0.5, *[0.0] * 7]), GARMENT_CLASSES).plain.splitlines()

    assert lines[0].split("│")[1].startswith("██████████████ +1.00")
    assert lines[1].split("│")[0].endswith("▒▒▒▒▒▒▒▒▒▒▒▒▒▒")
    assert "█" not in lines[1]
    assert lines[2].count("█") == 7


async def test_moving_the_cursor_draws_two_captions_and_no_picture_again(tmp_path: Path) -> None:
    async with standing(UnitsScreen(run_of("24", tmp_path), tmp_path, few_garments())) as pilot:
        await measured(pilot)
        await pilot.press("right")
        drawn_before = dict(grid(pilot)._drawn)
        grid(pilot)._drawn.clear()

        await pilot.press("right")

        assert drawn_before
        assert not grid(pilot)._drawn
        assert "▸#" in screen_text(pilot)
        assert screen_text(pilot).count("▸") == 1
