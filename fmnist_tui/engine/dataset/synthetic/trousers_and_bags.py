import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import CENTRES, Canvas, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


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


def draw_bags(draws: Draws) -> Canvas:
    canvas = Canvas(draws.n)
    kind = draws.uniform(0, 1)
    arched, strapped = kind < 0.6, (kind > 0.6) & (kind < 0.8)
    axis = draws.middling(13, 15)
    bottom = draws.uniform(17, 27.5)
    height = either(arched, draws.uniform(9, 17), draws.uniform(9, 19))
    top = np.maximum(bottom - height, either(arched, 7, 2))
    half = draws.uniform(6.5, 13)
    tone = draw_tone(draws)

    handle = _arch(draws, axis, np.minimum(draws.uniform(5, 10), top), half * draws.uniform(0.35, 0.75), top)
    canvas.paint(handle, tone * draws.uniform(0.5, 1.1), only=arched)
    hanging = line((top - 7, 0.7 * half), (top + 3, half + 0.6), (bottom, half + 0.8))
    strap = beside(axis, hanging - 1.2, hanging) * down(top - 7, bottom - 3)
    canvas.paint(strap, 0.8 * tone, only=strapped)

    taper = draws.uniform(-0.2, 0.25) * half
    mouth, base = half - np.maximum(taper, 0), half + np.minimum(taper, 0)
    side = line((top, mouth - 0.8), (top + 2, mouth), (bottom - 1.5, base), (bottom, base - 1))
    body = around(axis, side) * down(top, bottom)
    canvas.paint(body, weave(draws, tone, patterned=0.3))

    flap = top + (bottom - top) * draws.uniform(0.15, 0.6)
    canvas.shade(body * down(flap, flap + 1), draws.uniform(0.4, 0.8), only=draws.chance(0.7))
    clasp = around(axis, 1) * down(flap, flap + 2)
    canvas.paint(clasp, draws.uniform(0, 255), only=draws.chance(0.45))
    return canvas


def _arch(draws: Draws, axis: Floats, rise: Floats, span: Floats, top: Floats) -> Floats:
    """Return a handle, flat in the middle and steep at both ends."""
    reach = (CENTRES - axis[:, None]) / span[:, None]
    square = reach * reach
    crest = (top - rise)[:, None] + rise[:, None] * square * square
    thick = np.maximum(draws.uniform(1, 2)[:, None], 3 * square * np.abs(reach))
    return down(crest, crest + thick) * down(0, top)
