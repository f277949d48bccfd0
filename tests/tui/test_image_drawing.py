"""Images as characters, pixel by pixel, and laid out for the room there is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from rich.color import Color
from textual.strip import Strip

from fmnist_tui.tui.images.drawing import CELLS, FOUR_GREYS, DrawingMode, Image, Size, draw
from fmnist_tui.tui.images.image_grid import Card, grid_for

HANDS: tuple[DrawingMode, ...] = ("greys", "four greys", "dots")
SIZES: tuple[Size, ...] = ("small", "whole", "double")

pictures = arrays(np.uint8, (28, 28))


def plain(grey: int) -> Image:
    return np.full((28, 28), grey, np.uint8)


def greys(strips: tuple[Strip, ...]) -> list[list[int]]:
    """Return the grey of each half cell, upper and lower rows in turn, as a terminal would show it."""
    rows: list[list[int]] = []
    for strip in strips:
        above, below = [], []
        for segment in strip:
            assert segment.style is not None
            assert segment.style.color is not None
            assert segment.style.bgcolor is not None
            upper, lower = level(segment.style.color), level(segment.style.bgcolor)
            assert set(segment.text) == {"▀"} or upper == lower
            above += [upper] * len(segment.text)
            below += [lower] * len(segment.text)
        rows += [above, below]
    return rows


def level(colour: Color) -> int:
    triplet = colour.get_truecolor()
    assert triplet.red == triplet.green == triplet.blue
    return triplet.red


def dots(strips: tuple[Strip, ...]) -> int:
    return sum(
        (0 if character == " " else ord(character) - 0x2800).bit_count() for strip in strips for character in strip.text
    )


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("size", SIZES)
@given(picture=pictures)
def test_an_image_fills_exactly_the_cells_of_its_size(hand: DrawingMode, size: Size, picture: Image) -> None:
    columns, rows = CELLS[size]

    strips = draw(picture, hand, size)

    assert [(strip.cell_length, len(strip.text)) for strip in strips] == [(columns, columns)] * rows


@given(picture=pictures)
def test_every_pixel_of_a_whole_image_is_half_a_cell_of_its_own_grey(picture: Image) -> None:
    assert greys(draw(picture, "greys", "whole")) == picture.tolist()


@given(picture=pictures)
def test_a_pixel_of_a_double_image_is_two_cells_beside_each_other(picture: Image) -> None:
    drawn = np.array(greys(draw(picture, "greys", "double")))

    assert (drawn[::2, ::2] == picture).all()
    assert (drawn[1::2, 1::2] == picture).all()


@given(picture=pictures)
def test_half_a_cell_of_a_small_image_is_the_mean_of_four_pixels(picture: Image) -> None:
    drawn = np.array(greys(draw(picture, "greys", "small")))

    means = (picture[::2, ::2].astype(float) + picture[1::2, ::2] + picture[::2, 1::2] + picture[1::2, 1::2]) / 4
    assert np.abs(drawn - means).max() <= 0.5 + 1e-9


@given(picture=pictures)
def test_sixteen_colours_show_only_greys_that_stay_what_they_are(picture: Image) -> None:
    from rich.color import ColorSystem

    for size in SIZES:
        strips = draw(picture, "four greys", size)

        assert {grey for row in greys(strips) for grey in row} <= set(FOUR_GREYS)
        for strip in strips:
            for segment in strip:
                assert segment.style is not None
                assert segment.style.color is not None
                assert segment.style.color.downgrade(ColorSystem.STANDARD).number in {0, 7, 8, 15}


@pytest.mark.parametrize("grey", range(0, 256, 15))
def test_dithering_keeps_the_brightness_of_plain_cloth(grey: int) -> None:
    drawn = np.array(greys(draw(plain(grey), "four greys", "whole")))

    assert drawn.mean() == pytest.approx(grey, abs=255 / 3 / 16)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("hand", ["four greys", "dots"])
def test_black_ground_stays_black_and_the_brightest_cloth_is_full(hand: DrawingMode, size: Size) -> None:
    picture = plain(0)
    picture[:, 14:] = 255

    left, right = zip(
        *(strip.divide([CELLS[size][0] // 2, CELLS[size][0]]) for strip in draw(picture, hand, size)), strict=True
    )

    if hand == "dots":
        assert dots(left) == 0
        assert dots(right) == 8 * CELLS[size][0] // 2 * CELLS[size][1]
    else:
        assert {grey for row in greys(left) for grey in row} == {0}
        assert {grey for row in greys(right) for grey in row} == {255}


def test_without_colour_brighter_cloth_has_more_dots() -> None:
    rising = np.zeros((28, 28), np.uint8)
    for step in range(7):
        rising[:, 4 * step : 4 * step + 4] = 36 * (step + 1)

    strips = draw(rising, "dots", "whole")
    by_step = [dots(tuple(strip.crop(4 * step, 4 * step + 4) for strip in strips)) for step in range(7)]

    assert by_step == sorted(set(by_step))
    assert by_step[0] > 0


def test_without_colour_black_cloth_beside_a_white_collar_is_still_seen() -> None:
    coat = plain(0)
    coat[4:, 4:24] = 40
    coat[2:4, 12:16] = 255

    strips = draw(coat, "dots", "small")

    assert dots(tuple(strip.crop(2, 12) for strip in strips[1:])) > 200


def a_card() -> Card:
    return Card(plain(0), ("Shirt→T-shirt", "91 %"), ())


@pytest.mark.parametrize(
    ("count", "width", "height", "size", "columns", "rows", "caption_rows"),
    [
        (500, 80, 22, "small", 5, 2, 2),
        (500, 140, 43, "small", 8, 4, 2),
        (2, 80, 22, "whole", 2, 1, 2),
        (3, 80, 22, "small", 5, 2, 2),
        (8, 140, 43, "whole", 4, 2, 2),
        (2, 78, 15, "small", 5, 1, 2),
        (10, 78, 8, "small", 5, 1, 1),
        (1, 78, 7, "small", 5, 1, 0),
        (1, 10, 3, "small", 1, 1, 0),
    ],
)
def test_images_are_drawn_whole_where_all_of_them_have_room(
    count: int, width: int, height: int, size: Size, columns: int, rows: int, caption_rows: int
) -> None:
    grid = grid_for(count, width, height)

    assert (grid.size, grid.columns, grid.rows, grid.caption_rows) == (size, columns, rows, caption_rows)
    assert grid.capacity == columns * rows
