from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.canvas import SIDE, Canvas
from fmnist_tui.engine.dataset.synthetic.cloth import grain
from fmnist_tui.engine.dataset.synthetic.draws import Draws
from fmnist_tui.engine.dataset.synthetic.shoes import draw_ankle_boots, draw_sandals, draw_sneakers
from fmnist_tui.engine.dataset.synthetic.tops import (
    draw_coats,
    draw_dresses,
    draw_pullovers,
    draw_shirts,
    draw_t_shirts,
)
from fmnist_tui.engine.dataset.synthetic.trousers_and_bags import draw_bags, draw_trousers
from fmnist_tui.lab.records.dataset import SYNTHETIC, facts_of

TRAIN_COUNT, TEST_COUNT = facts_of(SYNTHETIC).train, facts_of(SYNTHETIC).test
"""Numbers of images; drawing all takes about a second."""

SEED = 28

BATCH = 200
"""Images drawn together: few enough for the canvas to stay in the processor's cache."""

DRAW_FUNCTIONS: tuple[Callable[[Draws], Canvas], ...] = (
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

Pictures = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


def draw_training_set() -> tuple[Pictures, Labels]:
    return draw_collection(TRAIN_COUNT, key=0)


def draw_test_set() -> tuple[Pictures, Labels]:
    return draw_collection(TEST_COUNT, key=1)


def draw_collection(count: int, *, key: int) -> tuple[Pictures, Labels]:
    """Return images, shape (count, 28, 28), and classes in random order; another `key` gives others."""
    labels = np.arange(count, dtype=np.int64) % len(DRAW_FUNCTIONS)
    images = np.zeros((count, SIDE, SIDE), np.uint8)
    # The GNU C library gives back what is freed, and the system zeroes it again each time, which took half of the time,
    # until it has seen that large blocks come and go.
    np.empty_like(images)
    for label, draw in enumerate(DRAW_FUNCTIONS):
        indices = np.flatnonzero(labels == label)
        for start in range(0, len(indices), BATCH):
            batch = indices[start : start + BATCH]
            draws = Draws(SEED, key, label, start, n=len(batch))
            images[batch] = draw(draws).develop(grain(draws))
    order = Draws(SEED, key, n=count).order()
    return images[order], labels[order]
