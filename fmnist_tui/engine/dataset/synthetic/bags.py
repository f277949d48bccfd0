"""Bags: a body that is wider than high, and a handle over it, at its sides, or none."""

from __future__ import annotations

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import COLUMNS, ROWS, Canvas, overlap, profile, rows
from fmnist_tui.engine.dataset.synthetic.draws import Draws
from fmnist_tui.engine.dataset.synthetic.fabric import base_tone, cloth


def draw_bags(draws: Draws) -> Canvas:
    """Handbags with an arched handle, shoulder bags with a strap at each side, and clutches."""
    canvas = Canvas(draws.n)
    kind = draws.uniform(0, 1)
    arched, strapped = kind < 0.6, (kind >= 0.6) & (kind < 0.8)
    middle = draws.middling(13, 15)
    from_axis = np.abs(COLUMNS - middle[:, None, None])
    bottom = draws.uniform(19, 27.5)
    height = np.where(arched, draws.uniform(9, 17), draws.uniform(9, 19))
    top = np.maximum(bottom - height, np.where(arched, 7, 3))
    half = draws.uniform(6.5, 13)
    tone = base_tone(draws)

    rise = np.minimum(draws.uniform(5, 10), top)
    span = half * draws.uniform(0.35, 0.75)
    thick = draws.uniform(1, 2)
    reach = from_axis / span[:, None, None]
    crest = (top - rise)[:, None, None] + rise[:, None, None] * reach * reach * reach * reach
    handle = overlap(ROWS, crest, crest + np.maximum(thick[:, None, None], 3 * reach * reach * reach))
    handle *= rows(0, top) * arched[:, None, None]
    canvas.paint(handle, (tone * draws.uniform(0.5, 1.1))[:, None, None])

    hang = profile((top - 7, half * 0.7), (top + 3, half + 0.6), (bottom, half + 0.8))
    strap = overlap(from_axis, hang[:, :, None] - 1.2, hang[:, :, None]) * rows(top - 7, bottom - 3)
    canvas.paint(strap * strapped[:, None, None], (tone * 0.8)[:, None, None])

    taper = draws.uniform(-0.2, 0.25) * half
    edge = profile((top, half - np.maximum(taper, 0) - 0.8), (top + 2, half - np.maximum(taper, 0)), (bottom - 1.5, half + np.minimum(taper, 0)), (bottom, half + np.minimum(taper, 0) - 1))
    body = overlap(from_axis, np.float32(-1), edge[:, :, None]) * rows(top, bottom)
    canvas.paint(body, cloth(draws, tone, patterned=0.3))

    flap = top + (bottom - top) * draws.uniform(0.15, 0.6)
    canvas.shade(rows(flap, flap + 1) * body, np.where(draws.chance(0.7), draws.uniform(0.4, 0.8), 1)[:, None, None])
    clasp = overlap(from_axis, np.float32(-1), np.float32(1)) * rows(flap, flap + 2) * draws.chance(0.45)[:, None, None]
    canvas.paint(clasp, draws.uniform(0, 255)[:, None, None])
    return canvas
