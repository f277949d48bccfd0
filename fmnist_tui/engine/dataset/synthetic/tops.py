"""T-shirts, pullovers, dresses, coats and shirts.

They overlap in every measurement and share some details, as in Fashion-MNIST: these classes make the dataset hard.
"""

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas
from fmnist_tui.engine.dataset.synthetic.cloth import draw_tone
from fmnist_tui.engine.dataset.synthetic.cut import Cut, sew
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either
from fmnist_tui.engine.dataset.synthetic.trimmings import (
    button_up,
    fold_lapels,
    open_front,
    point_collar,
    print_chest,
    rib_hem,
    roll_neck,
    slit_pockets,
    tie_belt,
)


def draw_t_shirts(draws: Draws) -> Canvas:
    shoulder = draws.uniform(5.8, 9)
    sleeveless = draws.chance(0.08)
    cut = Cut(
        axis=_axis(draws),
        top=draws.uniform(0.3, 4),
        hem=draws.uniform(22.5, 28),
        neck=draws.uniform(2, 4),
        plunge=draws.uniform(0.5, 3.5),
        shoulder=either(sleeveless, shoulder - 1.5, shoulder),
        waist=shoulder - draws.uniform(-0.3, 1.6),
        skirt=shoulder - draws.uniform(-0.8, 1.4),
        sleeve=either(sleeveless, 0, either(draws.chance(0.14), draws.uniform(9, 19), draws.uniform(4, 9))),
        cuff=draws.uniform(3.2, 5),
        spread=draws.uniform(2, 4.8),
    )
    canvas = sew(draws, cut, draw_tone(draws))
    print_chest(canvas, cut, draws, draws.chance(0.35))
    return canvas


def draw_pullovers(draws: Draws) -> Canvas:
    shoulder = draws.uniform(5.6, 8.8)
    cut = Cut(
        axis=_axis(draws),
        top=draws.uniform(0.3, 4),
        hem=draws.uniform(22, 28),
        neck=draws.uniform(2, 4),
        plunge=draws.uniform(0, 2),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.3, 1.2),
        skirt=shoulder - draws.uniform(-0.3, 1.2),
        sleeve=either(draws.chance(0.06), draws.uniform(8, 15), draws.uniform(17, 22)),
        cuff=draws.uniform(3, 4.2),
        spread=draws.uniform(2, 5),
    )
    tone = draw_tone(draws)
    canvas = sew(draws, cut, tone)
    rib_hem(canvas, cut, draws.chance(0.55))
    print_chest(canvas, cut, draws, draws.chance(0.22))
    roll_neck(canvas, cut, tone, draws.chance(0.2))
    return canvas


def draw_dresses(draws: Draws) -> Canvas:
    shoulder = draws.uniform(3.4, 6.9)
    length = draws.uniform(0, 1)
    flare = either(draws.chance(0.6), draws.uniform(0.5, 4.5), draws.uniform(-1, 1))
    cut = Cut(
        axis=_axis(draws),
        top=draws.uniform(0, 2.5),
        hem=draws.uniform(25, 28),
        neck=draws.uniform(1.5, 3),
        plunge=draws.uniform(0.5, 4),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(0, 1.6),
        skirt=shoulder + flare,
        sleeve=either(length < 0.4, 0, either(length < 0.75, draws.uniform(3, 8), draws.uniform(10, 19))),
        cuff=draws.uniform(1.8, 3.2),
        spread=draws.uniform(0.8, 3),
    )
    canvas = sew(draws, cut, draw_tone(draws))
    tie_belt(canvas, draws, draws.chance(0.4))
    return canvas


def draw_coats(draws: Draws) -> Canvas:
    shoulder = draws.uniform(5.6, 8.8)
    cut = Cut(
        axis=_axis(draws),
        top=draws.uniform(0.3, 3.5),
        hem=draws.uniform(23, 28),
        neck=draws.uniform(2, 3.4),
        plunge=draws.uniform(0, 2),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.4, 1.2),
        skirt=shoulder - draws.uniform(-1.8, 0.8),
        sleeve=draws.uniform(18, 23),
        cuff=draws.uniform(3, 4.6),
        spread=draws.uniform(1.5, 4.2),
    )
    canvas = sew(draws, cut, draw_tone(draws, dark=0.4), patterned=0.12)
    open_front(canvas, cut, draws, draws.chance(0.7))
    fold_lapels(canvas, cut, draws, draws.chance(0.6))
    slit_pockets(canvas, cut, draws.chance(0.4))
    return canvas


def draw_shirts(draws: Draws) -> Canvas:
    shoulder = draws.uniform(5.6, 8.8)
    short = draws.chance(0.35)
    cut = Cut(
        axis=_axis(draws),
        top=draws.uniform(0.3, 3),
        hem=draws.uniform(22.5, 28),
        neck=draws.uniform(2, 3.6),
        plunge=draws.uniform(0, 2.5),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.3, 1.5),
        skirt=shoulder - draws.uniform(-1, 1.2),
        sleeve=either(short, draws.uniform(4.5, 10), draws.uniform(16, 22.5)),
        cuff=either(short, draws.uniform(3.2, 5), draws.uniform(2.6, 4)),
        spread=draws.uniform(1.8, 4.6),
    )
    canvas = sew(draws, cut, draw_tone(draws), patterned=0.45)
    buttoned = draws.chance(0.85)
    point_collar(canvas, cut, draws, buttoned)
    button_up(canvas, cut, draws, buttoned)
    return canvas


def _axis(draws: Draws) -> Floats:
    return draws.uniform(12.2, 15.8)
