"""What a chart shows: named curves, each with the stroke it is drawn in."""

from dataclasses import dataclass

from fmnist_tui.tui.charts.canvas import Point
from fmnist_tui.tui.charts.scale import drawable
from fmnist_tui.tui.charts.strokes import Stroke

QUIET = "dim"
"""Rich style of what must not draw the eye. Only curves have colours: the rest takes those around the chart."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of a chart."""

    name: str
    """What the legend calls it; empty to leave it out there."""
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

    def points(self, *, log: bool = False) -> list[Point]:
        """Return the pairs of `x` and `y` that a linear or a logarithmic chart has a place for."""
        pairs = zip(self.x, self.y, strict=False)
        return [(x, y) for x, y in pairs if drawable(x) and drawable(y, log=log)]

    def value_at(self, x: float) -> float | None:
        """Return the finite value nearest to epoch `x`, or None if there is none."""
        points = self.points()
        return min(points, key=lambda point: abs(point[0] - x))[1] if points else None
