"""Sneakers from the side, the toe to the left."""

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas, across, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


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
