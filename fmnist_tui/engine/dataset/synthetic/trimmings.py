"""Details of garments: prints, ribbing, collars, fronts, pockets and buttons."""

from fmnist_tui.engine.dataset.synthetic.canvas import SIDE, Canvas, across, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import bands
from fmnist_tui.engine.dataset.synthetic.cut import Cut
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Flags, Floats, either


def print_chest(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    top = cut.top + draws.uniform(5, 8)
    block = across(cut.axis - draws.uniform(2, 4.5), cut.axis + draws.uniform(2, 4.5))
    block = block * down(top, top + draws.uniform(2, 8))
    canvas.paint(block * (0.6 + 0.4 * draws.grain(SIDE, SIDE)), draws.uniform(0, 255), only=only)


def rib_hem(canvas: Canvas, cut: Cut, only: Flags) -> None:
    canvas.shade(down(cut.hem - 2, cut.hem), 0.7, only=only)


def roll_neck(canvas: Canvas, cut: Cut, tone: Floats, only: Flags) -> None:
    collar = around(cut.axis, cut.neck + 0.6) * down(cut.top - 1, cut.top + 2)
    canvas.paint(collar, 0.8 * tone, only=only)


def tie_belt(canvas: Canvas, draws: Draws, only: Flags) -> None:
    waist = draws.uniform(9, 13)
    canvas.shade(down(waist, waist + draws.uniform(0.8, 1.6)), 0.55, only=only)


def open_front(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    """Draw a coat's front opening from collar to hem: dark, or a bright zip."""
    wide = draws.uniform(0.5, 1)
    front = around(cut.axis, wide) * down(cut.top + 1, cut.hem)
    canvas.shade(front, either(draws.chance(0.75), draws.uniform(0.1, 0.6), 1.5), only=only)


def fold_lapels(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    """Draw two bright slanting edges from the neck to the front, and the dark lining between them."""
    depth = draws.uniform(4, 9)
    edge = line((cut.top, cut.neck), (cut.top + depth, 0.2))
    folded = down(cut.top, cut.top + depth)
    canvas.shade(beside(cut.axis, edge, edge + 1.8) * folded, 1.25, only=only)
    canvas.shade(around(cut.axis, edge) * folded, 0.35, only=only)


def slit_pockets(canvas: Canvas, cut: Cut, only: Flags) -> None:
    canvas.shade(beside(cut.axis, 2.5, 5.5) * down(17, 18), 0.5, only=only)


def point_collar(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    depth = draws.uniform(2.5, 4.5)
    inner = line((cut.top, 0.8 * cut.neck), (cut.top + 0.7 * depth, 0))
    outer = line((cut.top, cut.neck + 1), (cut.top + depth, 0.8 * cut.neck))
    points = beside(cut.axis, inner, outer) * down(cut.top, cut.top + depth)
    canvas.shade(points, draws.uniform(0.8, 1.5), only=only)
    shadow = beside(cut.axis, 0.8, outer) * down(cut.top + depth, cut.top + depth + 1)
    canvas.shade(shadow, 0.6, only=only)


def button_up(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    placket = around(cut.axis, draws.uniform(0.45, 0.8)) * down(cut.top + 2, cut.hem)
    canvas.shade(placket, draws.uniform(0.75, 1.1), only=only)
    buttons = bands(draws.whole(3, 4), draws.whole(0, 3), 1)[:, :, None]
    tone = either(draws.chance(0.8), draws.uniform(0.1, 0.5), 1.7)
    canvas.shade(placket * buttons, tone, only=only)
