"""The synthetic collection: every class alike in number, in a random but fixed order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.bags import draw_bags
from fmnist_tui.engine.dataset.synthetic.canvas import SIDE, Canvas
from fmnist_tui.engine.dataset.synthetic.draws import Draws
from fmnist_tui.engine.dataset.synthetic.shoes import draw_ankle_boots, draw_sandals, draw_sneakers
from fmnist_tui.engine.dataset.synthetic.tops import (
    draw_coats,
    draw_dresses,
    draw_pullovers,
    draw_shirts,
    draw_t_shirts,
)
from fmnist_tui.engine.dataset.synthetic.trousers import draw_trousers

ARTISTS: tuple[Callable[[Draws], Canvas], ...] = (
    draw_t_shirts,
    draw_trousers,
    draw_pullovers,
    draw_dresses,
    draw_coats,
    draw_sandals,
    draw_shirts,
    draw_sneakers,
    draw_bags,
    draw_ankle_boots,
)
BATCH = 200
SEED = 28


def draw_garments(count: int, part: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    labels = np.arange(count) % 10
    pictures = np.empty((count, SIDE, SIDE), np.uint8)
    for label, artist in enumerate(ARTISTS):
        places = np.flatnonzero(labels == label)
        for start in range(0, len(places), BATCH):
            chosen = places[start : start + BATCH]
            draws = Draws(SEED, part, label, start, n=len(chosen))
            canvas = artist(draws)
            rough = np.where(draws.chance(0.75), draws.uniform(0.02, 0.12), draws.uniform(0.12, 0.35))[:, None, None]
            pictures[chosen] = canvas.develop(rough * draws.grain(SIDE, SIDE))
    order = Draws(SEED, part, n=count).order()
    return pictures[order], labels[order]
