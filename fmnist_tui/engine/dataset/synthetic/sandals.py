"""Sandals from the side, the toe to the left."""

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import CENTRES, Canvas, across, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone
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
