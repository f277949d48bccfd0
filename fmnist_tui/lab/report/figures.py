import hashlib
import logging
import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import mean
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.thinning import extremes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Key = tuple[str, Recipe]

SIZE = (10.0, 10.0 / 3.0)
"""Width and height in inches."""
DPI = 120
"""Pixels per inch: 1200×400 in all."""

LARGEST = 1e100
"""Larger values are left out: matplotlib cannot lay out an axis for them."""

MOST_POINTS = 4_000
"""Longer curves are thinned: 1,200 pixels show no more."""

LONGEST_NAME = 60
LONGEST_TITLE = 80

_STYLES = (("", "Training", "#0072b2", "-"), ("val_", "Validation", "#d55e00", "--"))
"""Prefix, label, colour and line style; the two colours suit colour-blind readers."""


def key(group: Group) -> Key:
    return group.name, group.recipe


def figure_name(group: Group, taken: Collection[str]) -> str:
    """Return a name that is not taken, of a to z, digits and single hyphens: `one-layer-of-64.png`."""
    letters = unicodedata.normalize("NFKD", group.name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_NAME].strip("-") or "experiment"
    name = f"{slug}.png"
    digits = hashlib.sha256(repr(key(group)).encode("utf-8", "surrogatepass")).hexdigest()
    length = 6
    while name in taken and length <= len(digits):
        name = f"{slug}-{digits[:length]}.png"
        length += 6
    return name


def save_curves(group: Group, path: Path) -> None:
    """Write accuracy and loss as a PNG of 1200×400 pixels, the same bytes for the same runs.

    Several runs are thin lines under a thick mean over the epochs they share.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its warnings are of slow steps only
    import matplotlib.style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.style.context("default"):
        figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        accuracy, loss = figure.subplots(1, 2)
        runs = [run.curves for run in group.finished]
        _draw(accuracy, runs, "accuracy")
        _draw(loss, runs, "loss")
        figure.suptitle(_title(group))
        figure.savefig(path, format="png", metadata={"Software": None})


def _title(group: Group) -> str:
    """Leave out the name: no font has every character it may have."""
    architecture = shorthand(group.recipe.architecture)
    if len(architecture) > LONGEST_TITLE:
        architecture = f"{architecture[:LONGEST_TITLE]}…"
    data = "synthetic garments" if group.recipe.dataset == "synthetic" else "Fashion-MNIST"
    runs = len(group.finished)
    return f"{architecture} on {data}, {counted(runs, 'run')}"


def _draw(axes: "Axes", runs: Sequence[Curves], metric: str) -> None:
    from matplotlib.ticker import MaxNLocator

    for prefix, label, colour, line in _STYLES:
        curves = [values for run in runs if (values := getattr(run, prefix + metric))]
        if not curves:
            continue
        if len(curves) > 1:
            for values in curves:
                _line(axes, values, color=colour, linestyle=line, linewidth=0.7, alpha=0.5)
        means = [mean(values) for values in zip(*curves, strict=False)]
        said = label if len(curves) == 1 else f"{label}, mean of {len(curves)}"
        _line(axes, means, color=colour, linestyle=line, linewidth=2, label=said)
    axes.set_title(f"Model {metric}")
    axes.set_xlabel("Epoch")
    axes.set_ylabel(metric.capitalize())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()


def _line(axes: "Axes", values: Sequence[float], **style: Any) -> None:
    places = range(len(values)) if len(values) <= MOST_POINTS else sorted(extremes(values, MOST_POINTS // 4, LARGEST))
    shown = [values[place] if abs(values[place]) < LARGEST else math.nan for place in places]
    axes.plot([place + 1 for place in places], shown, marker="o" if len(values) == 1 else None, **style)
