"""The cut that T-shirt, pullover, dress, coat and shirt share: a body, two sleeves and a neck."""

from dataclasses import dataclass

from fmnist_tui.engine.dataset.synthetic.canvas import Canvas, around, beside, down, line
from fmnist_tui.engine.dataset.synthetic.cloth import weave
from fmnist_tui.engine.dataset.synthetic.draws import Draws, Floats, either


@dataclass(frozen=True, slots=True)
class Cut:
    """The measurements of garments with shoulders, in pixels, each of shape (n,)."""

    axis: Floats
    """The x that the garment is mirrored at."""
    top: Floats
    """The y of the collar."""
    hem: Floats
    """The y of the lower edge."""
    neck: Floats
    """Half the width of the neck's opening."""
    plunge: Floats
    """How deep the neck is cut out."""
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


def sew(draws: Draws, cut: Cut, tone: Floats, *, patterned: float = 0.35) -> Canvas:
    """Garments of that cut and tone, without any trimming."""
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
    away = cut.shoulder + cut.spread
    outer = line((cut.top, cut.neck), (tip, cut.shoulder), (wrist, away))
    inner = line((tip, cut.shoulder - cut.cuff - 0.5), (wrist, away - cut.cuff))
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
