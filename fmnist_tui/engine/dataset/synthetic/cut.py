"""The shape of T-shirts, pullovers, dresses, coats and shirts: a body, two sleeves and a neck."""

from dataclasses import dataclass

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


@dataclass(frozen=True, slots=True)
class Cut:
    """Measurements in pixels, each of shape (n,); neck, shoulder, waist and skirt are half widths."""

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
    """Draw garments of a cut and tone, without details."""
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
