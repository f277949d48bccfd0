"""Trousers."""

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, either


def draw_trousers(draws: Draws) -> Canvas:
    canvas = Canvas(draws.n)
    top, hem = draws.uniform(0, 2), draws.uniform(21, 28)
    crotch = top + draws.uniform(6.5, 11)
    hip, leg = draws.uniform(3.4, 6.2), draws.uniform(2.2, 4.4)
    gap = either(draws.chance(0.15), draws.uniform(-0.4, 0.3), draws.uniform(0.3, 2.2))
    middle, lean = draws.uniform(12.3, 15.7), draws.uniform(-1.2, 1.2)
    axis = line((0, middle - lean), (28, middle + lean))

    outer = line((top, hip - 0.8), (top + 4, hip), (hem, gap + leg))
    inner = line((crotch, -1), (crotch + 2, 0.5 * gap), (hem, gap))
    canvas.paint(beside(axis, inner, outer) * down(top, hem), weave(draws, draw_tone(draws), patterned=0.2))
    canvas.shade(down(top, top + 1.5), draws.uniform(0.6, 1.1))
    canvas.shade(around(axis, 0.5) * down(top + 1.5, crotch), draws.uniform(0.5, 1))
    return canvas
