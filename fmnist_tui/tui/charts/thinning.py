"""Thins curves of very many points before they are drawn, to bound the cost."""

from bisect import bisect_left, bisect_right
from dataclasses import replace

from fmnist_tui.lab.thinning import extremes
from fmnist_tui.tui.charts.scale import LARGEST
from fmnist_tui.tui.charts.series import Series

MOST_POINTS = 4_000
"""No screen can show half as many."""

_PARTS = 500


def thinned(series: Series, x_range: tuple[float, float] | None) -> Series:
    """Return a curve with the lowest and the highest point of each part of the visible range; a short curve unchanged.

    Epochs must ascend; with `x_range` None all of them are visible.
    """
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
