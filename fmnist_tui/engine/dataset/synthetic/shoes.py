"""Shoes from the side, the toe to the left."""

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import CENTRES, Canvas, across, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


def draw_sandals(draws: Draws) -> Canvas:
    canvas = Canvas(draws.n)
    kind = draws.uniform(0, 1)
    flat, wedge = kind < 0.5, kind > 0.75
    toe, heel = draws.uniform(0, 2), draws.uniform(25.5, 28)
    ground = draws.uniform(17.5, 26.5)
    lift = either(flat, draws.uniform(0, 1.5), draws.uniform(4, 11))
    thick = draws.uniform(1.3, 3)
    tone = draw_tone(draws, dark=0.35)

    footbed = line((toe, ground - thick), (toe + draws.uniform(7, 11), ground - thick), (heel, ground - thick - lift))
    under = np.where(wedge[:, None], ground[:, None], footbed + thick[:, None])
    canvas.paint(down(footbed, under) * across(toe, heel), tone * draws.uniform(0.6, 1))
    wide = draws.uniform(1, 3.2)
    behind = line((ground - lift, heel), (ground, heel - 0.2 * wide))
    before = line((ground - lift, heel - wide - 1), (ground, heel - 0.8 * wide))
    post = across(before, behind) * down(ground - thick - lift, ground)
    canvas.paint(post, tone, only=~flat & ~wedge)

    for start, end, share in ((1.5, 11, 0.95), (6, 19, 0.65), (13, 25, 0.25)):
        strap = _strap(draws, footbed, toe + start, toe + end)
        canvas.paint(strap, tone * draws.uniform(0.7, 1.15), only=draws.chance(share))
    _tie_ankle(canvas, draws, footbed, heel, tone)
    return canvas


def _strap(draws: Draws, footbed: Floats, start: Floats, end: Floats) -> Floats:
    start, end = start + draws.uniform(-1.5, 1.5), end + draws.uniform(-1.5, 1.5)
    share = np.clip((CENTRES - start[:, None]) / (end - start)[:, None], 0, 1)
    share = share * (0.45 + 0.55 * share)
    crest = footbed - 4 * draws.uniform(3.2, 7.5)[:, None] * share * (1 - share)
    # A strap that fills its whole arc makes a clog.
    wide = either(draws.chance(0.35), 9, draws.uniform(1.6, 3.6))
    return down(crest, np.minimum(crest + wide[:, None], footbed + 0.5)) * across(start, end)


def _tie_ankle(canvas: Canvas, draws: Draws, footbed: Floats, heel: Floats, tone: Floats) -> None:
    worn = draws.chance(0.6)
    back = heel - draws.uniform(0.5, 2)
    front = back - draws.uniform(4, 8)
    crest = footbed - draws.uniform(3.5, 9)[:, None] - line((front, draws.uniform(-3, 1)), (back, 0))
    strap = down(crest, crest + draws.uniform(1.1, 2)[:, None]) * across(front, back)
    canvas.paint(strap, tone, only=worn)
    counter = down(crest, footbed) * across(back - draws.uniform(0.9, 2), back)
    canvas.paint(counter, 0.9 * tone, only=worn)


def draw_sneakers(draws: Draws) -> Canvas:
    canvas = Canvas(draws.n)
    toe, heel = draws.uniform(0, 1.8), draws.uniform(26, 28)
    ground = draws.uniform(17, 26)
    base = ground - draws.uniform(1.4, 3)
    tall = draws.middling(5.5, 10) + either(draws.chance(0.35), draws.uniform(1, 6), 0)
    dip = tall * draws.uniform(0.55, 0.95)
    nose = draws.uniform(1.5, 3.2)
    tongue = toe + draws.uniform(12.5, 17)

    edge = line(
        (toe, base - 0.3 * nose),
        (toe + 1.8, base - nose),
        (toe + 6, base - nose - 0.8),
        (tongue, base - tall),
        (tongue + 1.5, base - tall),
        (tongue + 4.5, base - dip),
        (heel - 2, base - 0.95 * dip),
        (heel - 0.5, base - 0.95 * tall),
    )
    upper = down(edge, base) * across(toe, heel - 0.4)
    canvas.paint(upper, weave(draws, draw_tone(draws), patterned=0.15))
    _lace(canvas, draws, upper, tongue)
    foot = toe + draws.uniform(10, 18)
    left = line((base - tall, foot + draws.uniform(-4, 4)), (base, foot))
    stripe = upper * across(left, left + draws.uniform(1, 2.5)[:, None])
    canvas.paint(stripe, draws.uniform(0, 255), only=draws.chance(0.55))

    tone = either(draws.chance(0.6), draws.uniform(170, 250), draws.uniform(20, 120))
    canvas.paint(down(base, ground) * across(toe - 0.3, heel), tone)
    canvas.shade(down(ground - 0.8, ground + 0.2), draws.uniform(0.3, 1))
    return canvas


def _lace(canvas: Canvas, draws: Draws, upper: Floats, tongue: Floats) -> None:
    contrast = either(draws.chance(0.6), draws.uniform(0.35, 0.8), draws.uniform(1.1, 1.5))
    for before in (5.5, 3.5, 1.5):
        canvas.shade(upper * across(tongue - before, tongue - before + 0.9), contrast)


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
