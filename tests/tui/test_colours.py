"""Everything drawn can be read in every theme, and six curves are told apart with sixteen colours."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_screen import LabPilot, MakeLab, opened, shows, until
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color as TextualColor
from textual.theme import BUILTIN_THEMES

from fmnist_tui.tui.charts.experiments import COLOURS
from fmnist_tui.tui.colours import (
    DARK,
    LIGHT,
    LINE_CONTRAST,
    LINES,
    PIXELS,
    TEXT_CONTRAST,
    ReadableColours,
    Rgb,
    contrast,
    readable,
    triplet,
)

THEMES = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
"""Those whose colours are known: in the others they are the terminal's own."""

rgb = st.tuples(*[st.integers(0, 255)] * 3)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)
    assert contrast((9, 9, 9), (9, 9, 9)) == 1


@given(rgb, rgb)
def test_any_colour_becomes_readable_on_any_ground_and_a_readable_one_stays(colour: Rgb, ground: Rgb) -> None:
    found = readable(colour, ground, TEXT_CONTRAST)

    assert contrast(found, ground) >= TEXT_CONTRAST
    assert found == colour or contrast(colour, ground) < TEXT_CONTRAST


def test_images_keep_their_colours_and_a_reversed_title_its_ground() -> None:
    faint = Style(color="#808080", bgcolor="#909090")
    ground = TextualColor(0, 0, 0)
    segments = [Segment("▀▀ ", faint), Segment("3 History", faint + Style(reverse=True)), Segment("──", faint)]

    image, title, line = ReadableColours().apply(segments, ground)

    assert image == segments[0]
    assert title.style
    assert title.style.color == faint.color
    assert contrast_of(title) >= TEXT_CONTRAST
    assert LINE_CONTRAST <= contrast_of(line) < TEXT_CONTRAST


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_six_experiments_have_six_colours_of_the_sixteen_that_any_terminal_has(theme: str) -> None:
    ansi: TerminalTheme = {"dark": DARK, "light": LIGHT}[theme]
    grounds = [BUILTIN_THEMES[name] for name in THEMES if BUILTIN_THEMES[name].dark == (theme == "dark")]
    for ground in (TextualColor.parse(each.to_color_system().generate()["background"]).rgb for each in grounds):
        seen = [readable(Color.parse(colour).get_truecolor(ansi), ground, TEXT_CONTRAST) for colour in COLOURS[:6]]
        assert len({Color.from_rgb(*each).downgrade(ColorSystem.STANDARD).number for each in seen}) == 6


def contrast_of(segment: Segment) -> float:
    assert segment.style
    front, back = triplet(segment.style.color), triplet(segment.style.bgcolor)
    assert front
    assert back
    return contrast(front, back)


def faint(pilot: LabPilot) -> list[str]:
    """Return the texts on the screen that are too faint for their kind."""
    strips = pilot.app.screen._compositor.render_strips()
    drawn = [each for each in chain.from_iterable(strips) if not PIXELS.fullmatch(each.text)]
    return [
        each.text
        for each in drawn
        if contrast_of(each) < (LINE_CONTRAST if LINES.fullmatch(each.text) else TEXT_CONTRAST)
    ]


async def readable_in(pilot: LabPilot, theme: str) -> None:
    pilot.app.theme = theme
    ground = TextualColor.parse(BUILTIN_THEMES[theme].to_color_system().generate()["background"])
    await until(pilot, lambda: drawn_ground(pilot) == ground.rgb)
    await until(pilot, lambda: not faint(pilot))


def drawn_ground(pilot: LabPilot) -> Rgb | None:
    """Return the colour behind the left border."""
    first, *_ = pilot.app.screen._compositor.render_strips()[20]
    return triplet(first.style.bgcolor) if first.style else None


async def test_titles_borders_and_labels_are_readable_in_every_theme(lab: MakeLab) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        for theme in THEMES:
            await readable_in(pilot, theme)


async def test_dialogs_and_marked_rows_are_readable_in_light_themes(lab: MakeLab) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "help")
        for theme in ("textual-light", "solarized-light"):
            await readable_in(pilot, theme)
