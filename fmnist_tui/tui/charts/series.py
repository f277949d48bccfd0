"""Named curves for a chart."""

from dataclasses import dataclass, replace

from fmnist_tui.tui.charts.canvas import Point
from fmnist_tui.tui.charts.scale import drawable
from fmnist_tui.tui.charts.smoothing import smoothed
from fmnist_tui.tui.charts.strokes import Stroke

QUIET = "dim"
"""Rich style of background curves."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    x: tuple[float, ...]
    """Epochs, ascending; fractions are within an epoch."""
    y: tuple[float, ...]
    """A value for each of `x`; those not finite are left out."""
    stroke: Stroke = "train"
    colour: str = ""
    """A Rich style; empty for the default foreground."""
    letter: str = ""
    """One character on its line and in the legend, to tell curves apart."""
    hand: int = 0
    quiet: bool = False
    """Drawn dim, below other curves."""
    low: tuple[float, ...] = ()
    """The band's lower edge, a value for each of `x`; empty without a band."""
    high: tuple[float, ...] = ()
    raw: tuple[float, ...] = ()
    """The measured values if `y` is smoothed; the cursor reads them."""

    @property
    def style(self) -> str:
        return self.quiet_style if self.quiet else self.colour

    @property
    def quiet_style(self) -> str:
        return f"{QUIET} {self.colour}".strip()

    def points(self, *, log: bool = False) -> list[Point]:
        return self._pairs(self.y, log=log)

    def raw_points(self, *, log: bool = False) -> list[Point]:
        return self._pairs(self.raw, log=log)

    def band(self, *, log: bool = False) -> tuple[list[Point], list[Point]]:
        """Return the band's edges, at the epochs where both can be drawn."""
        lows, highs = dict(self._pairs(self.low, log=log)), dict(self._pairs(self.high, log=log))
        at = [x for x in lows if x in highs]
        return [(x, lows[x]) for x in at], [(x, highs[x]) for x in at]

    def value_at(self, x: float) -> float | None:
        """Return the finite value nearest to epoch `x`, within half an epoch."""
        measured = zip(self.x, self.raw or self.y, strict=False)
        near = [(abs(at - x), y) for at, y in measured if abs(at - x) <= 0.5 and drawable(at) and drawable(y)]
        return min(near)[1] if near else None

    def smoothed(self, weight: float) -> "Series":
        """Return the curve smoothed, with its band unchanged."""
        return replace(self, y=smoothed(self.x, self.y, weight), raw=self.y) if weight else self

    def _pairs(self, values: tuple[float, ...], *, log: bool = False) -> list[Point]:
        pairs = zip(self.x, values, strict=False)
        return [(x, y) for x, y in pairs if drawable(x) and drawable(y, log=log)]
