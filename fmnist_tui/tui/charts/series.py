"""What a chart shows: named curves, each with the stroke it is drawn in."""

from dataclasses import dataclass, replace

from fmnist_tui.tui.charts.canvas import Point
from fmnist_tui.tui.charts.scale import drawable
from fmnist_tui.tui.charts.smoothing import smoothed
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
    """What it stands for, which decides how it is drawn."""
    colour: str = ""
    """A Rich style, best an ANSI colour name such as "cyan"; empty for the plain foreground."""
    letter: str = ""
    """One character on its line, at its last point and in the legend, to tell curves of one stroke apart."""
    hand: int = 0
    """Which of the lines of its stroke it has, where there are several."""
    quiet: bool = False
    """Whether it is dim and lies beneath those that are not."""
    low: tuple[float, ...] = ()
    """The lower edge of a band about the curve, a value for each of `x`; empty where there is no band."""
    high: tuple[float, ...] = ()
    """The upper edge of the band; empty where there is none."""
    raw: tuple[float, ...] = ()
    """What was measured, where `y` is smoothed: shown faintly, and what a cursor reads; else empty."""

    @property
    def style(self) -> str:
        """The Rich style it is drawn in."""
        return self.quiet_style if self.quiet else self.colour

    @property
    def quiet_style(self) -> str:
        """The Rich style of what belongs to it and must not draw the eye: its band, its raw values."""
        return f"{QUIET} {self.colour}".strip()

    def points(self, *, log: bool = False) -> list[Point]:
        """Return the pairs of `x` and `y` that a linear or a logarithmic chart has a place for."""
        return self._pairs(self.y, log=log)

    def raw_points(self, *, log: bool = False) -> list[Point]:
        """Return the points that were measured, where the curve is smoothed; else none."""
        return self._pairs(self.raw, log=log)

    def band(self, *, log: bool = False) -> tuple[list[Point], list[Point]]:
        """Return the lower and the upper edge of the band, at the epochs where both have a place."""
        lows, highs = dict(self._pairs(self.low, log=log)), dict(self._pairs(self.high, log=log))
        at = [x for x in lows if x in highs]
        return [(x, lows[x]) for x in at], [(x, highs[x]) for x in at]

    def value_at(self, x: float) -> float | None:
        """Return the finite value measured nearest to epoch `x`, or None if there is none within half an epoch."""
        measured = zip(self.x, self.raw or self.y, strict=False)
        near = [(abs(at - x), y) for at, y in measured if abs(at - x) <= 0.5 and drawable(at) and drawable(y)]
        return min(near)[1] if near else None

    def smoothed(self, weight: float) -> "Series":
        """Return the curve smoothed, its band left as it was measured; the same curve for a weight of 0."""
        return replace(self, y=smoothed(self.x, self.y, weight), raw=self.y) if weight else self

    def _pairs(self, values: tuple[float, ...], *, log: bool = False) -> list[Point]:
        pairs = zip(self.x, values, strict=False)
        return [(x, y) for x, y in pairs if drawable(x) and drawable(y, log=log)]
