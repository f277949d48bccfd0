"""Readable colours: a least contrast for everything drawn."""

import re
from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.filter import LineFilter

TEXT_CONTRAST: Final = 4.5
"""The least contrast of text (WCAG 2.1, success criterion 1.4.3)."""

LINE_CONTRAST: Final = 3.0
"""The least contrast of borders and rules (WCAG 2.1, success criterion 1.4.11)."""

Rgb = tuple[int, int, int]

# The values lie near those of the sixteen colours, so that the hues stay apart in a terminal that has only these.
DARK: Final = TerminalTheme(
    (12, 12, 12),
    (217, 217, 217),
    [
        (26, 26, 26),
        (255, 85, 85),
        (80, 220, 80),
        (255, 190, 60),
        (110, 140, 255),
        (200, 110, 255),
        (80, 215, 235),
        (196, 197, 181),
    ],
    [
        (110, 110, 110),
        (255, 110, 110),
        (140, 235, 100),
        (240, 225, 110),
        (110, 140, 255),
        (255, 105, 200),
        (120, 230, 240),
        (246, 246, 239),
    ],
)
"""What ANSI colours look like in a dark theme."""

LIGHT: Final = TerminalTheme(
    (247, 247, 247),
    (0, 0, 0),
    [
        (0, 0, 0),
        (170, 0, 0),
        (0, 130, 0),
        (170, 95, 0),
        (30, 60, 190),
        (160, 30, 160),
        (0, 120, 130),
        (90, 90, 90),
    ],
    [
        (119, 119, 119),
        (190, 30, 30),
        (40, 140, 20),
        (150, 110, 0),
        (30, 60, 190),
        (200, 20, 110),
        (0, 130, 150),
        (60, 60, 60),
    ],
)
"""What ANSI colours look like in a light theme."""


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


STEPS = 50

ENDS: tuple[Rgb, ...] = ((0, 0, 0), (255, 255, 255))


@lru_cache(maxsize=4096)
def readable(colour: Rgb, ground: Rgb, least: float) -> Rgb:
    """Return the colour, changed as little as needed for a contrast of `least`."""
    for step in range(STEPS + 1):
        for end in ENDS:
            red, green, blue = (
                round(part + (last - part) * step / STEPS) for part, last in zip(colour, end, strict=True)
            )
            if contrast((red, green, blue), ground) >= least:
                return red, green, blue
    return max(ENDS, key=lambda end: contrast(end, ground))


LINES = re.compile(r"[\s\u2500-\u257f]*")
"""Box drawing: borders, rules and axes."""

PIXELS = re.compile(r"[\s\u2580-\u259f]*")
"""Block elements: images and scrollbars, whose colours are what they show."""


class ReadableColours(LineFilter):
    """Raises the contrast of text; images keep their colours."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        ground = background.rgb
        return [_readable_segment(segment, ground) for segment in segments]


def _readable_segment(segment: Segment, ground: Rgb) -> Segment:
    text, style, control = segment
    if style is None or control or (text_style := readable_style(style, ground, TEXT_CONTRAST)) is style:
        return segment
    if PIXELS.fullmatch(text):
        return segment
    wanted = readable_style(style, ground, LINE_CONTRAST) if LINES.fullmatch(text) else text_style
    return Segment(text, wanted)


@lru_cache(maxsize=4096)
def readable_style(style: Style, ground: Rgb, least: float) -> Style:
    """Return a style whose text has a contrast of `least`; a terminal's own colours are unchanged."""
    front, back = triplet(style.color), triplet(style.bgcolor) or ground
    if front is None:
        return style
    text, behind = (back, front) if style.reverse else (front, back)
    found = readable(text, behind, least)
    if found == text:
        return style
    changed = RichColor.from_rgb(*found)
    return style + (Style(bgcolor=changed) if style.reverse else Style(color=changed))


def triplet(colour: RichColor | None) -> ColorTriplet | None:
    return colour.triplet if colour is not None else None
