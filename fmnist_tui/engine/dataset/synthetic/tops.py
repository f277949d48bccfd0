from dataclasses import dataclass

from fmnist_tui.engine.dataset.synthetic.canvas import SIDE, Canvas, across, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import bands, draw_tone, weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Flags, Floats, either


@dataclass(frozen=True, slots=True)
class Cut:
    """Pixels, each of shape (n,); neck, shoulder, waist and skirt are half widths."""

    axis: Floats
    """The x of the axis of symmetry."""
    top: Floats
    hem: Floats
    neck: Floats
    plunge: Floats
    shoulder: Floats
    waist: Floats
    skirt: Floats
    sleeve: Floats
    """Length of the sleeves below the shoulder, 0 for none."""
    cuff: Floats
    spread: Floats
    """How far a sleeve's end is outside the shoulder."""


def sew(draws: Draws, cut: Cut, tone: Floats, *, patterned: float = 0.35) -> Canvas:
    """Draw garments without details."""
    canvas = Canvas(draws.n)
    cloth = weave(draws, tone, patterned=patterned)
    tip = cut.top + draws.uniform(1.2, 2.8)
    armpit = tip + draws.uniform(4, 6)
    body = line(
        (cut.top, cut.neck + 0.8),
        (tip, cut.shoulder),
        (armpit, 0.5 * (cut.shoulder + cut.waist)),
        (0.5 * (cut.top + cut.hem), cut.waist),
        (cut.hem, cut.skirt),
    )

    wrist = tip + cut.sleeve
    outside = cut.shoulder + cut.spread
    outer = line((cut.top, cut.neck), (tip, cut.shoulder), (wrist, outside))
    inner = line((tip, cut.shoulder - cut.cuff - 0.5), (wrist, outside - cut.cuff))
    sleeves = beside(cut.axis, inner, outer) * down(cut.top, wrist)
    canvas.paint(sleeves, cloth * draws.uniform(0.7, 1.2)[:, None, None], only=cut.sleeve > 0)

    canvas.paint(around(cut.axis, body) * down(cut.top, cut.hem), cloth)
    armhole = beside(cut.axis, body - 0.7, body + 0.3) * down(armpit, wrist)
    shadow = either(draws.chance(0.75), draws.uniform(0.15, 0.75), draws.uniform(1, 1.3))
    canvas.shade(armhole, shadow, only=cut.sleeve > 10)

    opening = line((cut.top, cut.neck), (cut.top + cut.plunge, 0.35 * cut.neck))
    lining = either(draws.chance(0.4), 0, 0.4 * tone)
    canvas.paint(around(cut.axis, opening) * down(cut.top, cut.top + cut.plunge), lining)
    return canvas


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
    """Draw a coat's front: dark, or a bright zip."""
    wide = draws.uniform(0.5, 1)
    front = around(cut.axis, wide) * down(cut.top + 1, cut.hem)
    canvas.shade(front, either(draws.chance(0.75), draws.uniform(0.1, 0.6), 1.5), only=only)


def fold_lapels(canvas: Canvas, cut: Cut, draws: Draws, only: Flags) -> None:
    """Draw two bright slanting edges from the neck, and the dark lining between them."""
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
