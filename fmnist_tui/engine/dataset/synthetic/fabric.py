"""What garments are made of: a tone, perhaps a pattern, a fall of light and a weave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.canvas import SIDE
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats


def base_tone(draws: Draws, dark: float = 0.25) -> Floats:
    """Shape (n,): mostly light, and dark for a share `dark` of the pictures."""
    return np.where(draws.chance(dark), draws.uniform(35, 110), draws.uniform(110, 245))


def cloth(draws: Draws, tone: Floats, *, patterned: float = 0.35) -> Floats:
    """Shape (n, 28, 28): cloth of that `tone`; a share `patterned` has stripes, checks or a print all over."""
    pattern = draws.uniform(0, 1)
    strength = draws.uniform(0.25, 0.75)
    across = strength * (pattern < patterned * 0.6)
    along = strength * ((pattern > patterned * 0.4) & (pattern < patterned * 0.75))
    dotted = draws.uniform(0.25, 0.6) * ((pattern > patterned * 0.75) & (pattern < patterned))
    by_row = _light(draws) - across[:, None] * _stripes(draws)
    by_column = _light(draws) - along[:, None] * _stripes(draws)
    weave = 1 - dotted[:, None, None] * (draws.grain(SIDE, SIDE) > 0.1)
    return (tone[:, None] * by_row)[:, :, None] * by_column[:, None, :] * weave


def _light(draws: Draws) -> Floats:
    """Shape (n, 28): light that falls off towards one side, by at most a fifth."""
    steps = (np.arange(SIDE) / (SIDE - 1)).astype(np.float32)
    slope = draws.uniform(-0.2, 0.2)[:, None]
    return 1 - np.maximum(slope, 0) * steps + np.minimum(slope, 0) * (1 - steps)


def _stripes(draws: Draws) -> npt.NDArray[np.float32]:
    """Shape (n, 28): 0 and 1 in turn, each picture with its own width and start."""
    period = draws.whole(3, 8)[:, None]
    start = draws.whole(0, 7)[:, None]
    return ((np.arange(SIDE)[None, :] + start) % period < period // 2).astype(np.float32)
