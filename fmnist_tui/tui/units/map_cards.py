"""What filters give at each place of an image, as pictures."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.unit_pictures import enlarged
from fmnist_tui.tui.images.drawing import Paint, draw
from fmnist_tui.tui.images.image_grid import Card
from fmnist_tui.tui.units.weight_picture import draw_weights


def map_picture(values: NDArray[np.float32]) -> tuple[NDArray[np.generic], Paint]:
    """Return a map as what draws it takes: grey levels up to its largest, or signs where it has any below 0."""
    (whole,) = enlarged(values[None])
    if values.min() < 0:
        return whole, draw_weights
    return np.rint(whole / (float(values.max()) or 1.0) * 255).astype(np.uint8), draw


def map_words(values: NDArray[np.float32]) -> str:
    """Return `from 0 to 1.31`."""
    return f"from {values.min():.3g} to {values.max():.3g}"


def map_cards(maps: NDArray[np.float32], units: Sequence[int]) -> tuple[Card, ...]:
    """Return a card for each filter of maps of shape (filters, rows, columns)."""
    cards = []
    for unit in units:
        picture, paint = map_picture(maps[unit])
        rows, columns = maps[unit].shape
        row, column = np.unravel_index(int(maps[unit].argmax()), maps[unit].shape)
        facts = (
            ("filter", f"{unit + 1}"),
            ("outputs", f"{rows} × {columns}, {map_words(maps[unit])}"),
            ("above 0", f"{(maps[unit] > 0).mean():.0%} of the places"),
            ("largest", f"at row {row}, column {column}"),
        )
        cards.append(Card(picture, (f"#{unit + 1}", f"max {maps[unit].max():.3g}"), facts, paint=paint))
    return tuple(cards)
