"""Line charts as rows of styled text of an exact size: curves, axes, and a title with a legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from fmnist_tui.tui.charts.canvas import Marker, Point, thin
from fmnist_tui.tui.charts.scale import Scale, Tick, drawable, epoch_ticks, fit, fit_epochs, short, value_ticks
from fmnist_tui.tui.charts.strokes import GLYPHS, Stroke, cell_at, merged, stroke

SMALLEST = (12, 4)
"""Columns and rows below which there is no room for a curve beside its axes."""

QUIET = "dim"
"""Rich style of what must not draw the eye. The rest has no colour but its curve's: it takes its surroundings'."""

Cell = tuple[str, str]
"""A character and its Rich style."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of a chart."""

    name: str
    """What the legend calls it."""
    x: tuple[float, ...]
    """Epochs, ascending; a fraction is a place within an epoch."""
    y: tuple[float, ...]
    """A value for each of `x`; what is not finite is left out."""
    stroke: Stroke = "train"
    """What it stands for, which decides how it is drawn; an "under" curve lies beneath the others, dim."""
    colour: str = ""
    """A Rich style, best an ANSI colour name such as "cyan"; empty for the plain foreground."""
    letter: str = ""
    """One character at its last point and in the legend, to tell curves of one stroke apart."""

    @property
    def style(self) -> str:
        """The Rich style it is drawn in."""
        return f"{QUIET} {self.colour}".strip() if self.stroke == "under" else self.colour

    def value_at(self, x: float) -> float | None:
        """Return the finite value nearest to epoch `x`, or None without any."""
        points = _points(self, log=False)
        return min(points, key=lambda point: abs(point[0] - x))[1] if points else None


def draw(
    series: Sequence[Series],
    width: int,
    height: int,
    *,
    title: str = "",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    log: bool = False,
    empty: str = "",
    marker: Marker = "braille",
    cursor: float | None = None,
) -> tuple[Text, ...]:
    """Return a chart of `series` as `height` rows, each of them `width` cells wide.

    Call it from the event loop's thread only, as it draws with plotext.

    Args:
        series: the curves, of which any may be empty.
        width: columns; with fewer than `SMALLEST` there is only the title.
        height: rows; with fewer than `SMALLEST` there is only the title.
        title: what the values are.
        x_range: first and last epoch to show; by default those of the data.
        y_range: lowest and highest value to show, curves being cut off there; by default those of the data.
        log: whether values are laid out by their ratios, those not positive being left out.
        empty: what stands in the middle while there is nothing to draw.
        marker: what lines are made of.
        cursor: the epoch at which to read values: an upright line there, its values in the legend.
    """
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return tuple(_exactly(Text(title if row == 0 else ""), width) for row in range(height))
    points = [_points(one, log=log) for one in series]
    epochs = fit_epochs((x for curve in points for x, _ in curve), x_range)
    points = [[point for point in curve if epochs.low <= point[0] <= epochs.high] for curve in points]
    values = fit((y for curve in points for _, y in curve), y_range, log=log)
    rows = height - 3
    ticks = value_ticks(values, 1 + rows // 3) if any(points) or y_range else ()
    gutter = max((len(tick.label) for tick in ticks), default=0) + 2
    ...


def _points(series: Series, *, log: bool) -> list[Point]:
    """Return the points of `series` that a chart has a place for."""
    pairs = zip(series.x, series.y, strict=False)
    return [(x, y) for x, y in pairs if drawable(x) and drawable(y, log=log)]
