import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import SIDE
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, Integers, either


def draw_tone(draws: Draws, *, dark: float = 0.25) -> Floats:
    """Return tones, shape (n,): a share `dark` is dark."""
    return either(draws.chance(dark), draws.uniform(48, 115), draws.uniform(110, 245))


def weave(draws: Draws, tone: Floats, *, patterned: float = 0.35) -> Floats:
    """Return tones, shape (n, 28, 28); a share `patterned` has stripes, checks or a print."""
    pattern = draws.uniform(0, 1)
    strength = draws.uniform(0.25, 0.75)
    across = strength * (pattern < 0.6 * patterned)
    along = strength * ((pattern > 0.4 * patterned) & (pattern < 0.75 * patterned))
    dotted = draws.uniform(0.25, 0.6) * ((pattern > 0.75 * patterned) & (pattern < patterned))
    by_row = _light(draws) - across[:, None] * _stripes(draws)
    by_column = _light(draws) - along[:, None] * _stripes(draws)
    dots = draws.grain(SIDE, SIDE) > 0.1
    return (tone[:, None] * by_row)[:, :, None] * by_column[:, None, :] * (1 - dotted[:, None, None] * dots)


def bands(period: Integers, start: Integers, wide: Integers | int) -> Floats:
    """Return shape (n, 28): 1 in the first `wide` of every `period` pixels, else 0."""
    phase = (np.arange(SIDE)[None, :] + start[:, None]) % period[:, None]
    return (phase < np.reshape(wide, (-1, 1))).astype(np.float32)


def grain(draws: Draws) -> Floats:
    """Return shape (n, 28, 28): weak in most images, strong in a quarter."""
    rough = either(draws.chance(0.75), draws.uniform(0.02, 0.12), draws.uniform(0.12, 0.35))
    return rough[:, None, None] * draws.grain(SIDE, SIDE)


def _stripes(draws: Draws) -> Floats:
    period = draws.whole(3, 8)
    return bands(period, draws.whole(0, 7), period // 2)


def _light(draws: Draws) -> Floats:
    share = (np.arange(SIDE) / (SIDE - 1)).astype(np.float32)
    slope = draws.uniform(-0.2, 0.2)[:, None]
    return (1 - np.maximum(slope, 0) * share + np.minimum(slope, 0) * (1 - share)).astype(np.float32)
