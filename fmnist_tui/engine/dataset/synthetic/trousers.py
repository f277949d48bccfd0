"""Trousers: two legs that part at the crotch."""

from __future__ import annotations

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import CENTRES, COLUMNS, Canvas, overlap, profile, rows
from fmnist_tui.engine.dataset.synthetic.draws import Draws
from fmnist_tui.engine.dataset.synthetic.fabric import base_tone, cloth


def draw_trousers(draws: Draws) -> Canvas:
    """Two legs, straight, tapered or flared, some crossed over each other as in a fashion pose."""
    canvas = Canvas(draws.n)
    top = draws.uniform(0, 2)
    hem = draws.uniform(21, 28)
    crotch = top + draws.uniform(6.5, 11)
    hip = draws.uniform(3.4, 6.2)
    leg = draws.uniform(2.2, 4.4)
    gap = np.where(draws.chance(0.15), draws.uniform(-0.4, 0.3), draws.uniform(0.3, 2.2))
    lean = draws.uniform(-1.2, 1.2)
    axis = draws.uniform(12.3, 15.7)[:, None] + lean[:, None] * (CENTRES / 14 - 1)
    from_axis = np.abs(COLUMNS - axis[:, :, None])
    outer = profile((top, hip - 0.8), (top + 4, hip), (hem, gap + leg))
    inner = profile((crotch, -1), (crotch + 2, gap * 0.5), (hem, gap))
    material = cloth(draws, base_tone(draws), patterned=0.2)
    canvas.paint(overlap(from_axis, inner[:, :, None], outer[:, :, None]) * rows(top, hem), material)
    canvas.shade(rows(top, top + 1.5), draws.uniform(0.6, 1.1)[:, None, None])
    fly = overlap(from_axis, np.float32(-1), np.float32(0.5)) * rows(top + 1.5, crotch)
    canvas.shade(fly, draws.uniform(0.5, 1)[:, None, None])
    return canvas
