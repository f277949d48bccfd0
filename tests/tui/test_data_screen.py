"""The data as a person looks through it: counts, garments of a class, and what is known of it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from lab_screen import LabPilot, MakeLab, line_with, opened, screen_text, shows
from rich.console import Console
from single_screen import Ground, few_garments, standing
from sklearn.model_selection import train_test_split
from textual.app import App

from fmnist_tui.engine.dataset.description import Duplicates, find_duplicates
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.tui.images.data_screen import DataScreen
from fmnist_tui.tui.images.drawing import DrawingMode, drawing_mode
from fmnist_tui.tui.images.enlarged import Gallery
from fmnist_tui.tui.images.image_grid import ImageGrid
from fmnist_tui.tui.images.survey import known


async def counted(pilot: LabPilot) -> None:
    """Wait until the data is counted."""
    await shows(pilot, r"1–\d+ of")


def places(pilot: LabPilot) -> list[str]:
    """Return the places of the garments in the row beneath, from the first that is shown."""
    shelf = pilot.app.screen.query_one(ImageGrid)
    return [dict(card.facts)["place"] for card in shelf.cards[shelf.first : shelf.last]]


async def test_the_counts_are_those_of_scikit_learns_split() -> None:
    data = few_garments()
    train, validation = train_test_split(data.y_train, test_size=0.2, random_state=42)

    async with standing(DataScreen(data)) as pilot:
        await counted(pilot)

        for label, name in enumerate(GARMENT_CLASSES.names):
            row = next(line for line in screen_text(pilot).splitlines() if line[1:].startswith(name))
            figures = [float(each) for each in re.findall(r"[\d.]+", row[13:48])]
            assert figures[:3] == [(train == label).sum(), (validation == label).sum(), (data.y_test == label).sum()]
            assert figures[3] == pytest.approx(data.x_train[data.y_train == label].mean(), abs=0.05)
        totals = re.findall(r"[\d.,]+", line_with(pilot, " all ")[13:48])
        assert totals[:3] == ["48", "12", "400"]
        assert float(totals[3]) == pytest.approx(data.x_train.mean(), abs=0.05)


async def test_a_title_that_does_not_fit_is_cut_off_visibly() -> None:
    data = replace(few_garments(), source="/where/the/garments/are " * 5)

    async with standing(DataScreen(data)) as pilot:
        await counted(pilot)

        assert re.search(r"images · /where/the/garments/are .*… *$", screen_text(pilot).splitlines()[0])


async def test_a_class_is_leafed_through_by_garments_and_by_rows() -> None:
    data = few_garments()
    async with standing(DataScreen(data)) as pilot:
        await counted(pilot)
        await pilot.press("w", "W", "w", "w", "j", "j", "k")
        trousers = [f"x_test[{place}]" for place in np.flatnonzero(data.y_test == 1)]

        assert "Trouser, test set: 1–5 of 40" in screen_text(pilot)
        assert places(pilot) == trousers[:5]
        await pilot.press("l", "right", "h")
        assert places(pilot) == trousers[1:6]
        await pilot.press("pagedown")
        assert places(pilot) == trousers[6:11]
        await pilot.press("pageup")
        assert places(pilot) == trousers[1:6]


async def test_the_sets_follow_each_other_and_their_garments_are_of_them() -> None:
    data = few_garments()
    train, validation = train_test_split(np.arange(60), test_size=0.2, random_state=42)
    async with standing(DataScreen(data)) as pilot:
        await counted(pilot)
        for part, members in (("training", train), ("validation", validation), ("test", None), ("training", train)):
            await shows(pilot, f"T-shirt/top, {part} set")
            if members is not None:
                mine = [f"x_train[{place}]" for place in sorted(members) if data.y_train[place] == 0]
                assert places(pilot) == mine[:5]
            await pilot.press("w")


async def test_the_cursor_stays_among_the_classes() -> None:
    async with standing(DataScreen(few_garments())) as pilot:
        await counted(pilot)
        await pilot.press("k")
        assert "▸T-shirt/top" in screen_text(pilot)
        await pilot.press(*"j" * 12)
        assert "▸Ankle boot" in screen_text(pilot)


async def test_m_shows_the_mean_of_a_class_until_a_garment_is_wanted() -> None:
    async with standing(DataScreen(few_garments())) as pilot:
        await counted(pilot)
        before = screen_text(pilot)
        await pilot.press("m")
        screen = pilot.app.screen
        assert isinstance(screen, DataScreen)
        assert screen.mean_shown
        assert screen.survey is not None
        mean = few_garments().x_train[few_garments().y_train == 0].mean(axis=0)
        assert screen.survey.mean_images[0] is not None
        assert np.abs(screen.survey.mean_images[0] - mean).max() <= 0.5

        await pilot.press("m")
        assert screen_text(pilot) == before


async def test_enter_shows_all_garments_of_the_class() -> None:
    async with standing(DataScreen(few_garments())) as pilot:
        await counted(pilot)
        await pilot.press("w", "w", "enter")
        await shows(pilot, "T-shirt/top, test · 1–10 of 40")

        assert isinstance(pilot.app.screen, Gallery)
        await pilot.press("l", "enter")
        await shows(pilot, "2 of 40.*class  T-shirt/top")
        await pilot.press("escape", "escape", "escape")
        assert isinstance(pilot.app, Ground)
        assert pilot.app.screen_left


async def test_a_class_without_garments_is_said_to_have_none() -> None:
    data = few_garments()
    bags = data.y_train != 8
    bare = replace(data, x_train=data.x_train[bags], y_train=data.y_train[bags])
    async with standing(DataScreen(bare)) as pilot:
        await counted(pilot)
        await pilot.press(*"j" * 8)

        assert "Bag, training set: none" in screen_text(pilot)
        await pilot.press("m", "l", "enter")
        assert isinstance(pilot.app.screen, DataScreen)


def doubled() -> Dataset:
    """Return garments of which two are twice in the training set, one thrice in the test set, and three in both."""
    data = few_garments()
    x_train, x_test = data.x_train.copy(), data.x_test.copy()
    x_train[10:12] = x_train[20:22]
    x_test[5] = x_test[6] = x_test[7]
    x_test[30:33] = x_train[40:43]
    return replace(data, x_train=x_train, x_test=x_test)


def test_duplicates_are_counted_byte_for_byte() -> None:
    assert find_duplicates(few_garments()) == Duplicates(0, 0, 0)
    assert find_duplicates(doubled()) == Duplicates(train=2, test=2, shared=3)


async def test_duplicates_are_shown_and_their_history_told_with_its_source() -> None:
    async with standing(DataScreen(doubled()), columns=100, rows=40) as pilot:
        await shows(pilot, "duplicates: training 2, test 2, in both 3")
        await pilot.press("i")

        await shows(pilot, "about synthetic.*Drawn by this program")


def test_what_is_known_of_fashion_mnist_names_who_found_it() -> None:
    text = known("fashion-mnist", Duplicates(0, 0, 0)).plain

    for words, source in (
        ("10 training images were also in the test set", "issue 44"),
        ("Near-duplicates", "1906.08255"),
    ):
        assert words in text
        assert source in text.partition(words)[2].split("\n\n")[0]
    assert "no exact duplicates" in text


# The lab


@pytest.mark.parametrize("pane", ["1", "2", "3"])
async def test_shift_d_shows_the_data_from_every_pane(lab: MakeLab, pane: str) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(pane, "D")
        await shows(pilot, "fashion-mnist · 2 \\+ 2 images")

        await pilot.press("escape")
        await shows(pilot, "2 Training")


async def test_the_data_is_a_command_too(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("colon", *"Data")
        await shows(pilot, "Show the images of the dataset")
        await pilot.press("enter")

        await shows(pilot, "fashion-mnist · 2 \\+ 2 images")


# Colours


@pytest.mark.parametrize(
    ("colours", "no_colour", "hand"),
    [("truecolor", False, "greys"), ("256", False, "greys"), ("standard", False, "four greys"), ("256", True, "dots")],
)
def test_garments_are_drawn_in_what_colours_the_terminal_has(
    monkeypatch: pytest.MonkeyPatch, colours: str, no_colour: bool, hand: DrawingMode
) -> None:
    if no_colour:
        monkeypatch.setenv("NO_COLOR", "1")
    app: App[None] = App()
    monkeypatch.setattr(app, "console", Console(color_system=colours, force_terminal=True))  # type: ignore[arg-type]

    assert drawing_mode(app) == hand
