"""A figure to draw, and how all are drawn and saved: without a display, the same bytes for the same results."""

import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARK = "fmnist-tui"
"""Stands in every figure's metadata, so that one of ours is known from a file of somebody else's."""

DPI = 120
"""Pixels per inch of a PNG."""

LARGEST = 1e100
"""Larger values are left out: matplotlib cannot lay out an axis for them."""

DARK = "#0b3c6f"
LIGHT = "#e07b00"
"""Two colours that differ in brightness too: they can be told apart in grey and by colour-blind readers."""
GREY = "#6b6b6b"

FORMATS = ("svg", "png")

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 9.0,
    "svg.fonttype": "none",  # text stays text: a screen reader and a search find it
    "svg.hashsalt": MARK,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True, slots=True)
class ReportFigure:
    name: str
    """The file's name without its ending: a to z, digits and hyphens."""
    alt: str
    """What it shows, in words for those who cannot see it."""
    caption: str
    size: tuple[float, float]
    """Width and height in inches."""
    draw: Callable[["Figure"], None]


def save(figure: ReportFigure, folder: Path) -> tuple[Path, ...]:
    """Draw a figure and write it into a folder as SVG and as PNG; OSError where that fails."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its warnings are of slow steps only
    import matplotlib.style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.style.context(["default", _STYLE]):
        canvas = Figure(figsize=figure.size, dpi=DPI)
        FigureCanvasAgg(canvas)
        figure.draw(canvas)
        files = tuple(folder / f"{figure.name}.{ending}" for ending in FORMATS)
        canvas.savefig(files[0], format="svg", metadata={"Creator": MARK, "Date": None})
        canvas.savefig(files[1], format="png", metadata={"Software": MARK})
    return files


def is_ours(path: Path) -> bool:
    """Whether a file is a figure that this program wrote; OSError where it cannot be read."""
    with path.open("rb") as file:
        return MARK.encode() in file.read(2_000)


def drawable(values: Iterable[float]) -> list[float]:
    """Return values with NaN for those that no axis can hold."""
    return [value if abs(value) < LARGEST else math.nan for value in values]


@dataclass(frozen=True, slots=True)
class Limits:
    """The ends of an axis."""

    low: float
    high: float
    cut: bool
    """Whether values lie outside."""


MOST_CUT = 0.05
"""The part of the values that may lie outside of an axis, so that a few do not flatten the others."""


def limits(values: Iterable[float], *, room: float = 0.05, cut: Literal["low", "high"] | None = None) -> Limits:
    """Return the ends of an axis for finite values, with some room; 0 to 1 for none.

    Args:
        values: those to show.
        room: what to leave free at either end, a part of the whole.
        cut: the end at which a few values may lie outside, where that halves the axis.
    """
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return Limits(0.0, 1.0, cut=False)
    low, high = known[0], known[-1]
    outside = int(MOST_CUT * len(known))
    inner_low = known[outside] if cut == "low" else low
    inner_high = known[-1 - outside] if cut == "high" else high
    shortened = 0 < inner_high - inner_low < (high - low) / 2
    if shortened:
        low, high = inner_low, inner_high
    margin = (high - low) * room or abs(high) * room or room
    return Limits(low - margin, high + margin, shortened)


def pages(items: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """Return items in as few pages as hold them, of about equal size."""
    count = max(1, math.ceil(len(items) / most))
    size = math.ceil(len(items) / count) or 1
    return [items[start : start + size] for start in range(0, len(items), size)]
