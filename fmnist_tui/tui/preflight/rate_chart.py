"""The curve of a learning-rate test, against the logarithm of the rate."""

import math
from dataclasses import dataclass

from rich.text import Text

from fmnist_tui.engine.preflight.rates import HIGHEST, LOWEST, RateCurve
from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import Marker

X_RANGE = (math.log10(LOWEST), math.log10(HIGHEST))

MARGIN = 0.5
"""How far the chart reaches below the lowest loss and above the first, as a part of their difference.

What lies higher only says that the loss ran away.
"""


@dataclass(frozen=True, slots=True)
class RateChart:
    series: tuple[Series, ...]
    y_range: tuple[float, float] | None
    title: str
    cursor: float | None
    """The logarithm of the suggested rate."""


def rate_chart(curve: RateCurve) -> RateChart:
    x = tuple(map(math.log10, curve.rates))
    name = "smoothed" if curve.suggested is None else f"loss at {curve.suggested:g}:"
    line = Series(name, x, curve.smoothed, raw=curve.losses)
    y_range = None
    if curve.smoothed:
        low, high = min(curve.smoothed), curve.smoothed[0]
        margin = MARGIN * (high - low) or MARGIN
        y_range = max(0.0, low - margin), high + margin
    cursor = None if curve.suggested is None else math.log10(curve.suggested)
    return RateChart((line,), y_range, f"loss by learning rate, {curve.optimizer}", cursor)


def drawn(curve: RateCurve, width: int, height: int, marker: Marker) -> tuple[Text, ...]:
    """Return the chart as rows of text; see `draw` for where it may be called."""
    chart = rate_chart(curve)
    return draw(
        chart.series,
        width,
        height,
        title=chart.title,
        x_range=X_RANGE,
        y_range=chart.y_range,
        marker=marker,
        cursor=chart.cursor,
        decades=True,
    )
