"""Ankle boots from the side, the toe to the left."""

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas, across, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


def draw_ankle_boots(draws: Draws) -> Canvas:
    canvas = Canvas(draws.n)
    toe, back = draws.uniform(0.3, 3), draws.uniform(23, 27.5)
    ground = draws.uniform(19, 27.5)
    lift = either(draws.chance(0.3), draws.uniform(4, 9), draws.uniform(0.8, 3))
    sole = draws.uniform(1, 2)
    base = ground - sole
    rim = np.maximum(ground - lift - draws.uniform(7, 18), 0.5)
    front = toe + draws.uniform(8.5, 13.5)
    nose = draws.uniform(2.5, 4.5)
    bite = back - draws.uniform(4.5, 8)
    tone = draw_tone(draws, dark=0.35)

    edge = line(
        (toe, base - 0.4 * nose),
        (toe + 2, base - nose),
        (front - 3, base - nose - 2.5),
        (front, 0.6 * rim + 0.4 * (base - nose - 2)),
        (front + 1.2, rim + draws.uniform(-1, 1.5)),
        (back, rim),
    )
    arch = line((toe + 8, 0), (bite - 0.5, lift))
    upper = down(edge, base[:, None] - arch) * across(toe, back)
    canvas.paint(upper, weave(draws, tone, patterned=0.12))
    canvas.shade(across(back - draws.uniform(1, 3), back) * down(0, rim + 3), draws.uniform(0.6, 1.1))
    _set_elastic(canvas, draws, upper, front + draws.uniform(2, 4), base - lift - 4)
    _buckle_strap(canvas, draws, upper, base - lift - draws.uniform(5, 8))

    tread = ground[:, None] - arch
    bottom_tone = tone * draws.uniform(0.4, 1.1)
    canvas.paint(down(tread - sole[:, None], tread) * across(toe - 0.3, back), bottom_tone)
    narrowing = draws.uniform(0, 0.35) * (back - bite)
    heel = across(line((ground - lift, bite), (ground, bite + narrowing)), back)
    canvas.paint(heel * down(base - lift, ground), bottom_tone)
    return canvas


def _set_elastic(canvas: Canvas, draws: Draws, upper: Floats, left: Floats, bottom: Floats) -> None:
    panel = upper * across(left, left + draws.uniform(2, 4)) * down(0, bottom)
    canvas.shade(panel, draws.uniform(0.4, 0.8), only=draws.chance(0.35))


def _buckle_strap(canvas: Canvas, draws: Draws, upper: Floats, top: Floats) -> None:
    strap = upper * down(top, top + draws.uniform(0.8, 1.6))
    canvas.shade(strap, draws.uniform(0.45, 0.8), only=draws.chance(0.45))
