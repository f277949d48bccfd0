"""The garments with shoulders: T-shirt, pullover, dress, coat and shirt.

Shirts, T-shirts, pullovers and coats share one cut and overlap in every measurement, as the real ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fmnist_tui.engine.dataset.synthetic.canvas import (
    CENTRES,
    COLUMNS,
    ROWS,
    SIDE,
    Canvas,
    by_row,
    columns,
    overlap,
    profile,
    rows,
)
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Flags, Floats
from fmnist_tui.engine.dataset.synthetic.fabric import base_tone, cloth


@dataclass(frozen=True, slots=True)
class Cut:
    """The measurements of garments with shoulders, in pixels, each of shape (n,)."""

    middle: Floats
    """The x of the axis that the garment mirrors itself in."""
    top: Floats
    """The y of the collar."""
    hem: Floats
    """The y of the lower edge."""
    neck: Floats
    """Half the width of the neck's opening."""
    shoulder: Floats
    """Half the width at the shoulders."""
    waist: Floats
    """Half the width half-way down."""
    skirt: Floats
    """Half the width at the hem."""
    sleeve: Floats
    """How far down the sleeves reach from the shoulder, 0 for none."""
    cuff: Floats
    """How wide a sleeve is at its end."""
    spread: Floats
    """How far a sleeve stands off from the shoulder at its end."""
    plunge: Floats
    """How deep the neck is cut out."""


def draw_t_shirts(draws: Draws) -> Canvas:
    """Short sleeves that stand off, a round neck, often a print on the chest."""
    shoulder = draws.uniform(5.8, 9)
    sleeveless = draws.chance(0.08)
    cut = Cut(
        middle=draws.uniform(12.4, 15.6),
        top=draws.uniform(0.3, 4),
        hem=draws.uniform(22, 28),
        neck=draws.uniform(2, 4),
        shoulder=np.where(sleeveless, shoulder - 1.5, shoulder),
        waist=shoulder - draws.uniform(-0.3, 1.6),
        skirt=shoulder - draws.uniform(-0.8, 1.4),
        sleeve=np.where(sleeveless, 0, np.where(draws.chance(0.1), draws.uniform(9, 19), draws.uniform(4, 9))),
        cuff=draws.uniform(3.2, 5),
        spread=draws.uniform(2, 4.8),
        plunge=draws.uniform(0.5, 3.5),
    )
    tone = base_tone(draws)
    canvas = _sew(draws, cut, tone)
    _print_chest(canvas, cut, draws, draws.chance(0.35))
    return canvas


def draw_pullovers(draws: Draws) -> Canvas:
    """Long sleeves hanging down beside the body, a close neck, ribbing at the hem."""
    shoulder = draws.uniform(5.6, 8.8)
    cut = Cut(
        middle=draws.uniform(12.4, 15.6),
        top=draws.uniform(0.3, 4),
        hem=draws.uniform(22, 28),
        neck=draws.uniform(2, 4),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.3, 1.2),
        skirt=shoulder - draws.uniform(-0.3, 1.2),
        sleeve=np.where(draws.chance(0.06), draws.uniform(8, 15), draws.uniform(17, 22)),
        cuff=draws.uniform(3, 4.2),
        spread=draws.uniform(2, 5),
        plunge=draws.uniform(0, 2),
    )
    tone = base_tone(draws)
    canvas = _sew(draws, cut, tone)
    _rib_hem(canvas, cut, draws.chance(0.55))
    _print_chest(canvas, cut, draws, draws.chance(0.22))
    _stand_collar(canvas, cut, tone * 0.8, draws.chance(0.2))
    return canvas


def draw_dresses(draws: Draws) -> Canvas:
    """Narrow at the waist, wide below, down to the picture's edge; sleeves of any length or none."""
    shoulder = draws.uniform(3.4, 6.9)
    sleeves = draws.uniform(0, 1)
    flare = np.where(draws.chance(0.6), draws.uniform(0.5, 4.5), draws.uniform(-1, 1))
    cut = Cut(
        middle=draws.uniform(12.4, 15.6),
        top=draws.uniform(0, 2.5),
        hem=draws.uniform(25, 28),
        neck=draws.uniform(1.5, 3),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(0, 1.6),
        skirt=shoulder + flare,
        sleeve=np.where(sleeves < 0.4, 0, np.where(sleeves < 0.75, draws.uniform(3, 8), draws.uniform(10, 19))),
        cuff=draws.uniform(1.8, 3.2),
        spread=draws.uniform(0.8, 3),
        plunge=draws.uniform(0.5, 4),
    )
    tone = base_tone(draws)
    canvas = _sew(draws, cut, tone)
    belt = draws.chance(0.4)
    waistline = draws.uniform(9, 13)
    canvas.shade(rows(waistline, waistline + draws.uniform(0.8, 1.6)), np.where(belt, 0.55, 1)[:, None, None])
    return canvas


def draw_coats(draws: Draws) -> Canvas:
    """Long sleeves, a collar folded open, and a front that opens from neck to hem."""
    shoulder = draws.uniform(5.6, 8.8)
    cut = Cut(
        middle=draws.uniform(12.4, 15.6),
        top=draws.uniform(0.3, 3.5),
        hem=draws.uniform(23, 28),
        neck=draws.uniform(2, 3.4),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.4, 1.2),
        skirt=shoulder - draws.uniform(-1.8, 0.8),
        sleeve=draws.uniform(18, 23),
        cuff=draws.uniform(3, 4.6),
        spread=draws.uniform(1.5, 4.2),
        plunge=draws.uniform(0, 2),
    )
    tone = base_tone(draws, dark=0.4)
    canvas = _sew(draws, cut, tone, patterned=0.12)
    _front_opening(canvas, cut, draws, draws.chance(0.8))
    _lapels(canvas, cut, draws, draws.chance(0.6))
    _pockets(canvas, cut, draws.chance(0.4))
    return canvas


def draw_shirts(draws: Draws) -> Canvas:
    """A pointed collar and a row of buttons; sleeves long, or short as a T-shirt's."""
    shoulder = draws.uniform(5.6, 8.8)
    short = draws.chance(0.35)
    cut = Cut(
        middle=draws.uniform(12.4, 15.6),
        top=draws.uniform(0.3, 3),
        hem=draws.uniform(22.5, 28),
        neck=draws.uniform(2, 3.6),
        shoulder=shoulder,
        waist=shoulder - draws.uniform(-0.3, 1.5),
        skirt=shoulder - draws.uniform(-1, 1.2),
        sleeve=np.where(short, draws.uniform(4.5, 10), draws.uniform(16, 22.5)),
        cuff=np.where(short, draws.uniform(3.2, 5), draws.uniform(2.6, 4)),
        spread=draws.uniform(1.8, 4.6),
        plunge=draws.uniform(0, 2.5),
    )
    tone = base_tone(draws)
    canvas = _sew(draws, cut, tone, patterned=0.5)
    buttoned = draws.chance(0.8)
    _pointed_collar(canvas, cut, draws, buttoned)
    _buttons(canvas, cut, draws, buttoned)
    return canvas


def _sew(draws: Draws, cut: Cut, tone: Floats, *, patterned: float = 0.35) -> Canvas:
    """Body and sleeves of `cut`, the neck cut out, in cloth of `tone`."""
    canvas = Canvas(draws.n)
    from_axis = _from_axis(cut)
    slope = cut.top + draws.uniform(1.2, 2.8)
    armpit = slope + draws.uniform(4, 6)
    middle = 0.5 * (cut.top + cut.hem)
    body = profile(
        (cut.top, cut.neck + 0.8),
        (slope, cut.shoulder),
        (armpit, 0.5 * (cut.shoulder + cut.waist)),
        (middle, cut.waist),
        (cut.hem, cut.skirt),
    )
    material = cloth(draws, tone, patterned=patterned)

    end = slope + cut.sleeve
    outer = profile((cut.top, cut.neck), (slope, cut.shoulder), (end, cut.shoulder + cut.spread))
    inner = profile((slope, cut.shoulder - cut.cuff - 0.5), (end, cut.shoulder + cut.spread - cut.cuff))
    sleeves = overlap(from_axis, inner[:, :, None], outer[:, :, None]) * rows(cut.top, end)
    sleeves *= (cut.sleeve > 0)[:, None, None]
    turned = draws.uniform(0.7, 1.2)[:, None, None]
    canvas.paint(sleeves, material * turned)

    torso = overlap(from_axis, np.float32(-1), body[:, :, None]) * rows(cut.top, cut.hem)
    canvas.paint(torso, material)
    armhole = overlap(from_axis, body[:, :, None] - 0.7, body[:, :, None] + 0.3) * rows(armpit, np.minimum(end, cut.hem))
    shadow = np.where(draws.chance(0.75), draws.uniform(0.15, 0.75), draws.uniform(1, 1.3))
    canvas.shade(armhole * (cut.sleeve > 10)[:, None, None], shadow[:, None, None])

    width = profile((cut.top, cut.neck), (cut.top + cut.plunge + 0.01, cut.neck * 0.35))
    hole = overlap(from_axis, np.float32(-1), width[:, :, None]) * rows(cut.top - 2, cut.top + cut.plunge)
    lining = np.where(draws.chance(0.4), 0, tone * 0.4)[:, None, None]
    canvas.paint(hole * rows(cut.top, 28), lining)
    return canvas


def _from_axis(cut: Cut) -> Floats:
    """Shape (n, 1, 28): each column's distance from the garment's axis."""
    return np.abs(COLUMNS - cut.middle[:, None, None])


def _print_chest(canvas: Canvas, cut: Cut, draws: Draws, printed: Flags) -> None:
    """A block of print on the chest, lighter or darker than the cloth."""
    top = cut.top + draws.uniform(5, 8)
    print_area = by_row(
        np.broadcast_to((cut.middle - draws.uniform(2, 4.5))[:, None], (draws.n, SIDE)),
        np.broadcast_to((cut.middle + draws.uniform(2, 4.5))[:, None], (draws.n, SIDE)),
    )
    print_area = print_area * rows(top, top + draws.uniform(2, 8)) * printed[:, None, None]
    broken = 0.6 + 0.4 * draws.grain(SIDE, SIDE)
    canvas.paint(print_area * broken, draws.uniform(0, 255)[:, None, None])


def _rib_hem(canvas: Canvas, cut: Cut, ribbed: Flags) -> None:
    """A darker band along the hem."""
    canvas.shade(rows(cut.hem - 2, cut.hem), np.where(ribbed, 0.7, 1)[:, None, None])


def _stand_collar(canvas: Canvas, cut: Cut, tone: Floats, standing: Flags) -> None:
    """A collar that stands up and closes the neck."""
    collar = overlap(_from_axis(cut), np.float32(-1), (cut.neck + 0.6)[:, None, None])
    collar = collar * rows(cut.top - 1, cut.top + 2) * standing[:, None, None]
    canvas.paint(collar, tone[:, None, None])


def _front_opening(canvas: Canvas, cut: Cut, draws: Draws, shown: Flags) -> None:
    """The line where a coat opens, from the collar to the hem, dark or a zip that shines."""
    wide = draws.uniform(0.5, 1)
    line = columns(cut.middle - wide, cut.middle + wide) * rows(cut.top + 1, cut.hem) * shown[:, None, None]
    canvas.shade(line, np.where(draws.chance(0.75), draws.uniform(0.1, 0.6), 1.5)[:, None, None])


def _lapels(canvas: Canvas, cut: Cut, draws: Draws, shown: Flags) -> None:
    """Two slanting edges from the neck to the front, with the lining dark between them."""
    depth = draws.uniform(4, 9)
    edge = profile((cut.top, cut.neck), (cut.top + depth, 0.2))
    from_axis = _from_axis(cut)
    folded = rows(cut.top, cut.top + depth) * shown[:, None, None]
    canvas.shade(overlap(from_axis, edge[:, :, None], edge[:, :, None] + 1.8) * folded, 1.25)
    canvas.shade(overlap(from_axis, np.float32(-1), edge[:, :, None]) * folded, np.float32(0.35))


def _pockets(canvas: Canvas, cut: Cut, shown: Flags) -> None:
    """A slit on each side below the waist."""
    slit = overlap(_from_axis(cut), np.float32(2.5), np.float32(5.5))
    canvas.shade(slit * rows(17, 18) * shown[:, None, None], np.float32(0.5))


def _pointed_collar(canvas: Canvas, cut: Cut, draws: Draws, shown: Flags) -> None:
    """Two triangles that meet under the neck, set off by their shadow."""
    depth = draws.uniform(2.5, 4.5)
    inner = profile((cut.top, cut.neck * 0.8), (cut.top + depth * 0.7, 0))
    outer = profile((cut.top, cut.neck + 1), (cut.top + depth, cut.neck * 0.8))
    from_axis = _from_axis(cut)
    folded = rows(cut.top, cut.top + depth) * shown[:, None, None]
    canvas.shade(overlap(from_axis, inner[:, :, None], outer[:, :, None]) * folded, draws.uniform(0.8, 1.5)[:, None, None])
    canvas.shade(rows(cut.top + depth, cut.top + depth + 1) * overlap(from_axis, np.float32(0.8), outer[:, :, None]) * shown[:, None, None], np.float32(0.6))


def _buttons(canvas: Canvas, cut: Cut, draws: Draws, shown: Flags) -> None:
    """A placket with a button every few rows."""
    wide = draws.uniform(0.3, 0.6)
    placket = columns(cut.middle - wide, cut.middle + wide) * rows(cut.top + 2, cut.hem) * shown[:, None, None]
    canvas.shade(placket, draws.uniform(0.75, 1.1)[:, None, None])
    every = draws.whole(3, 4)[:, None]
    button = ((np.arange(SIDE)[None, :] + draws.whole(0, 3)[:, None]) % every == 0).astype(np.float32)
    canvas.shade(placket * button[:, :, None], np.where(draws.chance(0.7), draws.uniform(0.2, 0.6), 1.6)[:, None, None])
