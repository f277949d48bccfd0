import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fmnist_tui.lab.thinning import extremes
from fmnist_tui.tui.charts.axes import LARGEST, drawable
from fmnist_tui.tui.charts.strokes import Point, Stroke

SMOOTHINGS = (0.0, 0.6, 0.9)
"""The weights to choose from, 0 for none; 0.6 is TensorBoard's default."""


def smoothed(x: Sequence[float], y: Sequence[float], weight: float) -> tuple[float, ...]:
    """Return the debiased exponential moving average of `y` at ascending `x`, as TensorBoard draws it.

    `last = weight · last + (1 - weight) · y`, divided by `1 - weight ** n`; `weight` is from 0 (none) to below 1.
    Closer points weigh less, so that twenty within an epoch do not outweigh a later one. Where a value is not finite,
    so is the average; the others ignore it.
    """
    average = share = 0.0
    averages = []
    before = 0.0 if x and x[0] > 0 else (x[0] if x else 0.0) - 1.0
    for place, value in zip(x, y, strict=False):
        if not (math.isfinite(value) and math.isfinite(place)):
            averages.append(math.nan)
            continue
        kept = weight ** max(place - before, 0.0)
        average = kept * average + (1 - kept) * value
        share = kept * share + (1 - kept)
        averages.append(average / share if share else value)
        before = place
    return tuple(averages)


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
    line_style: int = 0
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
        lows, highs = dict(self._pairs(self.low, log=log)), dict(self._pairs(self.high, log=log))
        at = [x for x in lows if x in highs]
        return [(x, lows[x]) for x in at], [(x, highs[x]) for x in at]

    def value_at(self, x: float) -> float | None:
        """Return the finite value nearest to `x`, within half an epoch."""
        measured = zip(self.x, self.raw or self.y, strict=False)
        near = [(abs(at - x), y) for at, y in measured if abs(at - x) <= 0.5 and drawable(at) and drawable(y)]
        return min(near)[1] if near else None

    def smoothed(self, weight: float) -> "Series":
        return replace(self, y=smoothed(self.x, self.y, weight), raw=self.y) if weight else self

    def _pairs(self, values: tuple[float, ...], *, log: bool = False) -> list[Point]:
        pairs = zip(self.x, values, strict=False)
        return [(x, y) for x, y in pairs if drawable(x) and drawable(y, log=log)]


MOST_POINTS = 4_000
"""No screen can show half as many."""

_PARTS = 500


def thinned(series: Series, x_range: tuple[float, float] | None) -> Series:
    """Keep the lowest and the highest point of each part of the visible range."""
    if len(series.x) <= MOST_POINTS:
        return series
    first, last = 0, len(series.x)
    if x_range is not None:
        first, last = bisect_left(series.x, min(x_range)), bisect_right(series.x, max(x_range))
    lines = {name: getattr(series, name)[first:last] for name in ("x", "y", "raw", "low", "high")}
    if len(lines["x"]) > MOST_POINTS:
        kept = sorted(set().union(*(extremes(lines[name], _PARTS, LARGEST) for name in ("y", "raw", "low", "high"))))
        lines = {name: tuple(values[at] for at in kept if at < len(values)) for name, values in lines.items()}
    return replace(series, **lines)
