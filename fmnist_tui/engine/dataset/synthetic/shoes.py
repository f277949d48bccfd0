"""Footwear seen from the side, the toe to the left: sandal, sneaker and ankle boot."""

from __future__ import annotations

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import CENTRES, Canvas, by_column, by_row, columns, profile, rows
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats
from fmnist_tui.engine.dataset.synthetic.fabric import base_tone, cloth


def draw_sandals(draws: Draws) -> Canvas:
    """A thin sole, flat or on a heel, and a few straps with the foot's room black between them."""
    canvas = Canvas(draws.n)
    toe, heel = draws.uniform(0, 2), draws.uniform(25.5, 28)
    ground = draws.uniform(17.5, 26.5)
    kind = draws.uniform(0, 1)
    flat, wedge = kind < 0.5, kind > 0.75
    lift = np.where(flat, draws.uniform(0, 1.5), draws.uniform(4, 11))
    thick = draws.uniform(1.3, 3)
    tone = base_tone(draws, dark=0.35)
    ball = toe + draws.uniform(7, 11)

    footbed = profile((toe, ground - thick), (ball, ground - thick), (heel, ground - thick - lift))
    under = np.where(wedge[:, None], profile((toe, ground), (heel, ground)), footbed + thick[:, None])
    length = columns(toe, heel)
    canvas.paint(by_column(footbed, under) * length, (tone * draws.uniform(0.6, 1))[:, None, None])
    stiletto = draws.uniform(1, 3.2)
    post = by_row(
        profile((ground - lift, heel - stiletto - 1), (ground, heel - stiletto * 0.8)),
        profile((ground - lift, heel), (ground, heel - 0.2 * stiletto)),
    )
    heeled = ~flat & ~wedge
    canvas.paint(post * rows(ground - thick - lift, ground) * heeled[:, None, None], tone[:, None, None])

    for start, end, share in ((1.5, 12, 0.95), (7, 20, 0.7), (13, 25, 0.3)):
        _strap(canvas, draws, footbed, toe + start, toe + end, tone, share)
    _ankle_strap_of_sandal(canvas, draws, footbed, heel, tone)
    return canvas


def draw_sneakers(draws: Draws) -> Canvas:
    """Low and long, with a sole set off from the upper, a tongue and laces."""
    canvas = Canvas(draws.n)
    toe, heel = draws.uniform(0, 1.8), draws.uniform(26, 28)
    ground = draws.uniform(17, 25)
    sole = draws.uniform(1.4, 3)
    tall = draws.middling(5.5, 10) + np.where(draws.chance(0.25), draws.uniform(1, 5), 0)
    nose = draws.uniform(1.5, 3.2)
    tongue = toe + draws.uniform(12.5, 17)
    base = ground - sole
    dip = tall * draws.uniform(0.55, 0.95)
    upper = profile(
        (toe, base - 0.3 * nose),
        (toe + 1.8, base - nose),
        (toe + 6, base - nose - 0.8),
        (tongue, base - tall),
        (tongue + 1.5, base - tall),
        (tongue + 4.5, base - dip),
        (heel - 2, base - dip * 0.95),
        (heel - 0.5, base - tall * 0.95),
    )
    tone = base_tone(draws)
    body = by_column(upper, np.broadcast_to(base[:, None], upper.shape)) * columns(toe, heel - 0.4)
    canvas.paint(body, cloth(draws, tone, patterned=0.15))
    _laces(canvas, draws, body, toe, tongue)
    _side_stripe(canvas, draws, body, base, tall, toe)
    sole_tone = np.where(draws.chance(0.6), draws.uniform(170, 250), draws.uniform(20, 120))
    under = rows(base, ground) * columns(toe - 0.3, heel)
    canvas.paint(under, sole_tone[:, None, None])
    canvas.shade(rows(ground - 0.8, ground + 0.2), draws.uniform(0.3, 1)[:, None, None])
    return canvas


def draw_ankle_boots(draws: Draws) -> Canvas:
    """A shaft that rises over the ankle, and a heel, low or high, with an arch before it."""
    canvas = Canvas(draws.n)
    toe, back = draws.uniform(0.3, 3), draws.uniform(23, 27.5)
    ground = draws.uniform(20, 27.5)
    lift = np.where(draws.chance(0.3), draws.uniform(4, 9), draws.uniform(0.8, 3))
    sole = draws.uniform(1, 2)
    shaft_top = np.maximum(ground - lift - draws.uniform(7.5, 19), 0.5)
    front = toe + draws.uniform(8.5, 13.5)
    nose = draws.uniform(2.5, 4.5)
    slant = draws.uniform(-1, 1.5)
    base = ground - sole

    upper = profile(
        (toe, base - nose * 0.4),
        (toe + 2, base - nose),
        (front - 3, base - nose - 2.5),
        (front, 0.6 * shaft_top + 0.4 * (base - nose - 2)),
        (front + 1.2, shaft_top + slant),
        (back, shaft_top),
    )
    bite = back - draws.uniform(4.5, 8)
    arch = profile((toe + 8, base), (bite - 0.5, base - lift), (back, base - lift))
    tone = base_tone(draws, dark=0.35)
    body = by_column(upper, np.broadcast_to(arch, upper.shape)) * columns(toe, back)
    canvas.paint(body, cloth(draws, tone, patterned=0.12))
    canvas.shade(columns(back - draws.uniform(1, 3), back) * rows(0, shaft_top + 3), draws.uniform(0.6, 1.1)[:, None, None])
    _elastic(canvas, draws, body, front, base - lift)
    _ankle_strap(canvas, draws, body, base - lift)
    sole_tone = (tone * draws.uniform(0.4, 1.1))[:, None, None]
    tread = profile((toe + 8, ground), (bite - 0.5, ground - lift), (back, ground - lift))
    canvas.paint(by_column(tread - sole[:, None], tread) * columns(toe - 0.3, back), sole_tone)
    narrow = draws.uniform(0, 0.35) * (back - bite)
    block = by_row(
        profile((ground - lift, bite), (ground, bite + narrow)),
        np.broadcast_to(back[:, None], (draws.n, 28)),
    )
    canvas.paint(block * rows(ground - lift - sole, ground), sole_tone)
    return canvas


def _strap(
    canvas: Canvas, draws: Draws, footbed: Floats, start: Floats, end: Floats, tone: Floats, share: float
) -> None:
    """A strap that leaves the footbed, goes over the foot in an arc and comes back to it."""
    start = start + draws.uniform(-1.5, 1.5)
    end = end + draws.uniform(-1.5, 1.5)
    way = np.clip((CENTRES - start[:, None]) / (end - start)[:, None], 0, 1)
    arc = footbed - 4 * draws.uniform(4, 8.5)[:, None] * way * (1 - way)
    closed = draws.chance(0.25)
    thick = np.where(closed, 9, draws.uniform(1.4, 3.2))
    band = by_column(arc, np.minimum(arc + thick[:, None], footbed + 0.5)) * columns(start, end)
    worn = draws.chance(share)[:, None, None]
    canvas.paint(band * worn, (tone * draws.uniform(0.7, 1.15))[:, None, None])


def _ankle_strap_of_sandal(
    canvas: Canvas, draws: Draws, footbed: Floats, heel: Floats, tone: Floats
) -> None:
    """A counter that rises at the heel and a strap that goes forward from its top."""
    worn = draws.chance(0.6)[:, None, None]
    high = draws.uniform(3.5, 9)
    behind = heel - draws.uniform(0.5, 2)
    before = behind - draws.uniform(4, 8)
    crest = footbed - high[:, None] - profile((before, draws.uniform(-3, 1)), (behind, 0))
    strap = by_column(crest, crest + draws.uniform(1.1, 2)[:, None]) * columns(before, behind)
    canvas.paint(strap * worn, tone[:, None, None])
    counter = by_column(crest, footbed) * columns(behind - draws.uniform(0.9, 2), behind)
    canvas.paint(counter * worn, (tone * 0.9)[:, None, None])


def _laces(canvas: Canvas, draws: Draws, body: Floats, toe: Floats, tongue: Floats) -> None:
    """Short bright or dark marks before the tongue."""
    contrast = np.where(draws.chance(0.6), draws.uniform(0.35, 0.8), draws.uniform(1.1, 1.5))
    for step in (5.5, 3.5, 1.5):
        x = tongue - step
        canvas.shade(columns(x, x + 0.9) * body, contrast[:, None, None])


def _side_stripe(canvas: Canvas, draws: Draws, body: Floats, base: Floats, tall: Floats, toe: Floats) -> None:
    """A slanting stripe on the side."""
    foot = toe + draws.uniform(10, 18)
    lean = draws.uniform(-4, 4)
    left = profile((base - tall, foot + lean), (base, foot))
    stripe = by_row(left, left + draws.uniform(1, 2.5)[:, None]) * body * draws.chance(0.55)[:, None, None]
    canvas.paint(stripe, draws.uniform(0, 255)[:, None, None])


def _elastic(canvas: Canvas, draws: Draws, body: Floats, front: Floats, base: Floats) -> None:
    """The stretch panel of a Chelsea boot."""
    left = front + draws.uniform(2, 4)
    panel = columns(left, left + draws.uniform(2, 4)) * rows(0, base - 4) * body
    canvas.shade(panel * draws.chance(0.35)[:, None, None], draws.uniform(0.4, 0.8)[:, None, None])


def _ankle_strap(canvas: Canvas, draws: Draws, body: Floats, base: Floats) -> None:
    """A strap or seam around the ankle."""
    y = base - draws.uniform(5, 8)
    strap = rows(y, y + draws.uniform(0.8, 1.6)) * body * draws.chance(0.45)[:, None, None]
    canvas.shade(strap, draws.uniform(0.45, 0.8)[:, None, None])
