"""Units and the images that excite them, as cards of a grid; a unit's facts in words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.inside.units import UnitFigures
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.tui.images.image_grid import Card
from fmnist_tui.tui.units.study import Images
from fmnist_tui.tui.units.weight_picture import draw_weights

CAPTION = 13
"""Columns of a caption; the cursor takes one more."""

BAR = 14
"""Columns of a bar on each side of zero."""


def order(figures: UnitFigures | None, units: int, *, is_output: bool) -> list[int]:
    """Return the units, those first that matter most; classes in their own order."""
    if figures is None or is_output:
        return [*range(units)]
    return [int(unit) for unit in np.argsort(-figures.matters, kind="stable")]


def unit_cards(
    pictures: NDArray[np.float32], figures: UnitFigures | None, units: Sequence[int], classes: Classes | None
) -> tuple[Card, ...]:
    """Return a card for each unit; `classes` are those of the outputs, None for hidden units."""
    return tuple(Card(pictures[unit], _caption(unit, figures, classes), (), paint=draw_weights) for unit in units)


def name_of(unit: int, classes: Classes | None) -> str:
    return classes.names[unit] if classes else f"unit {unit + 1}"


def _caption(unit: int, figures: UnitFigures | None, classes: Classes | None) -> tuple[str, str]:
    name = classes.short[unit] if classes else f"#{unit + 1}"
    if figures is None:
        return name, "…"
    share = f"{figures.matters[unit]:.1%}"
    fires = f"{figures.fires[unit]:.0%}"
    if classes:
        return name, f"chosen {fires}"
    words = "dead" if figures.dead[unit] else f"fires {fires}" if figures.fires[unit] else "never above 0"
    return f"{name}{share:>{CAPTION - len(name)}}", words


def fires_words(unit: int, figures: UnitFigures, on: str, layer: UnitLayer) -> str:
    """Return `fires on 41.3% of 12,000 validation images, mean 1.31 when it does`."""
    of = f"{figures.images:,} {on}"
    share, mean = f"{figures.fires[unit]:.1%}", figures.mean_when_firing[unit]
    if figures.dead[unit]:
        return f"dead: gives the same for all {of}, so that nothing can be learnt from it"
    if not figures.fires[unit]:
        return f"never above 0 on {of}"
    if layer.is_output:
        return f"chosen for {share} of {of}, mean probability {mean:.3f}"
    if layer.is_convolution:
        return f"fires at {share} of places in {of}, mean {mean:.3g} when it does"
    return f"fires on {share} of {of}, mean {mean:.3g} when it does"


def summary_words(figures: UnitFigures, on: str, *, is_output: bool) -> str:
    """Return a line about all units."""
    if is_output:
        return f"measured on {figures.images:,} {on}"
    half = int(np.searchsorted(np.cumsum(np.sort(figures.matters)[::-1]), 0.5)) + 1
    dead = int(figures.dead.sum())
    units = len(figures.matters)
    return f"all {units:,} units: {dead:,} dead; {counted(half, 'unit')} have half of what matters"


def outgoing_bars(weights: NDArray[np.float64], classes: Classes) -> Text:
    """Return a line for each class: its name, a bar to the left or right of zero, and the weight."""
    strongest = float(np.abs(weights).max()) or 1.0
    lines = []
    for label in range(len(classes.names)):
        weight = float(weights[label])
        length = round(BAR * abs(weight) / strongest)
        left = ("▒" * length).rjust(BAR) if weight < 0 else " " * BAR
        right = ("█" * length).ljust(BAR) if weight > 0 else " " * BAR
        lines.append(f"{classes.short[label]:<8}{left}│{right} {weight:+.2f}")
    return Text("\n".join(lines))


def exciting_cards(
    on: Images, order: NDArray[np.int64], heights: NDArray[np.float32], classes: Classes
) -> tuple[Card, ...]:
    cards = []
    for at, height in zip(order.tolist(), heights.tolist(), strict=True):
        label = int(on.labels[at])
        place = f"{on.array}[{int(on.places[at])}]"
        facts = (("class", classes.names[label]), ("output", f"{height:.3f}"), ("place", place))
        cards.append(Card(on.images[at], (classes.short[label], f"{height:.2f}"), facts))
    return tuple(cards)
