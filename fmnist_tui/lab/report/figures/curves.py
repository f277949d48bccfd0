import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.figures import deviation, mean
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.figures.drawing import DARK, LIGHT, Limits, ReportFigure, drawable, limits, pages
from fmnist_tui.lab.report.study import Study
from fmnist_tui.lab.thinning import extremes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CurveName = Literal["accuracy", "loss"]

COLUMNS = 4
MOST_PANELS = 20
"""Panels in one figure: nineteen networks stand in one for accuracy and one for loss."""
PANEL = (2.5, 1.75)
"""Width and height of a panel in inches."""
MOST_POINTS = 400
"""Longer curves are thinned: a panel of 300 pixels shows no more."""
LONGEST_TITLE = 26

_STYLES: tuple[tuple[str, str, str, Literal["-", "--"]], ...] = (
    ("", wording.TRAINING, LIGHT, "-"),
    ("val_", wording.VALIDATION, DARK, "--"),
)


@dataclass(frozen=True, slots=True)
class Band:
    """A mean over seeds by epoch, with its standard deviation; of a single run the deviation is 0."""

    epochs: list[int]
    middle: list[float]
    sd: list[float]


def band(runs: Sequence[Sequence[float]]) -> Band:
    """Return mean and standard deviation by epoch, over the epochs that all runs have."""
    each = list(zip(*(drawable(values) for values in runs), strict=False))
    middle = [mean(values) for values in each]
    sd = [deviation(values) if len(values) > 1 and all(map(math.isfinite, values)) else 0.0 for values in each]
    places: Sequence[int] = range(len(middle))
    if len(middle) > MOST_POINTS:
        places = sorted(extremes(middle, MOST_POINTS // 4, math.inf))
    return Band([place + 1 for place in places], [middle[place] for place in places], [sd[place] for place in places])


def curve_figures(study: Study, suffix: str = "") -> Iterator[ReportFigure]:
    """Yield the figures of accuracy, then those of loss, of all groups of a study."""
    members = pages(study.groups, MOST_PANELS)
    for name in ("accuracy", "loss"):
        for page, groups in enumerate(members, 1):
            yield _figure(study, groups, name, f"{name}-curves{suffix}{f'-{page}' if len(members) > 1 else ''}")


def _figure(study: Study, groups: Sequence[Group], name: CurveName, file: str) -> ReportFigure:
    rows = math.ceil(len(groups) / COLUMNS)
    numbers = [study.number(group) for group in groups]
    values = {"metric": translated(wording.METRICS[name]), "first": numbers[0], "last": numbers[-1]}
    bands = [band(_curves(group, prefix + name)) for group in groups for prefix in ("", "val_")]
    ends = limits((value for each in bands for value in each.middle), cut="low" if name == "accuracy" else "high")
    return ReportFigure(
        file,
        translated(wording.CURVES_ALT).format(**values, ends=_ends(groups, name)),
        translated(wording.CURVES_CAPTION_CUT if ends.cut else wording.CURVES_CAPTION).format(**values),
        (COLUMNS * PANEL[0], rows * PANEL[1] + 0.7),
        lambda figure: _draw(figure, study, groups, name, ends),
    )


def _ends(groups: Sequence[Group], name: CurveName) -> str:
    """Return where the curves end, as the lowest and the highest of the groups."""
    found = []
    for prefix, label, _, _ in _STYLES:
        last = [curves.middle[-1] for group in groups if (curves := band(_curves(group, prefix + name))).middle]
        last = [value for value in last if math.isfinite(value)]
        if last:
            found.append(
                translated(wording.ENDS).format(
                    which=translated(label), low=f"{min(last):.4g}", high=f"{max(last):.4g}"
                )
            )
    return ", ".join(found) or translated(wording.NO_CURVES)


def _curves(group: Group, name: str) -> list[tuple[float, ...]]:
    return [values for run in group.finished if (values := getattr(run.curves, name))]


def _draw(figure: "Figure", study: Study, groups: Sequence[Group], name: CurveName, ends: Limits) -> None:
    from matplotlib.ticker import MaxNLocator

    rows = math.ceil(len(groups) / COLUMNS)
    height = figure.get_size_inches()[1]
    panels = figure.subplots(
        rows,
        COLUMNS,
        squeeze=False,
        sharey=True,
        gridspec_kw={
            "left": 0.065,
            "right": 0.99,
            "bottom": 0.42 / height,
            "top": 1 - 0.55 / height,
            "wspace": 0.08,
            "hspace": 0.45,
        },
    ).ravel()
    for axes, group in zip(panels, groups, strict=False):
        for prefix, _, colour, line in _STYLES:
            curves = band(_curves(group, prefix + name))
            _line(axes, curves, colour, line)
        axes.set_title(_title(study, group), fontsize=8, loc="left", pad=3)
        axes.grid(alpha=0.35, linewidth=0.5)
        axes.tick_params(labelsize=7, length=2)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
    panels[0].set_ylim(ends.low, ends.high)
    for axes in panels[len(groups) :]:
        axes.set_visible(False)
    for axes in panels[max(0, len(groups) - COLUMNS) : len(groups)]:
        axes.set_xlabel(translated(wording.EPOCH), fontsize=8)
    figure.supylabel(translated(wording.METRICS[name]).capitalize(), fontsize=9, x=0.005)
    _legend(figure)


def _title(study: Study, group: Group) -> str:
    """Return the number in the table and the architecture, not the name: no font has every character it may have."""
    architecture = shorthand(group.recipe.architecture)
    if len(architecture) > LONGEST_TITLE:
        architecture = f"{architecture[:LONGEST_TITLE]}…"
    return f"{study.number(group)}: {architecture}"


def _line(axes: "Axes", curves: Band, colour: str, line: Literal["-", "--"]) -> None:
    if not curves.middle:
        return
    low = [middle - sd for middle, sd in zip(curves.middle, curves.sd, strict=True)]
    high = [middle + sd for middle, sd in zip(curves.middle, curves.sd, strict=True)]
    if any(curves.sd):
        axes.fill_between(curves.epochs, low, high, color=colour, alpha=0.25, linewidth=0)
    marker = "o" if len(curves.middle) == 1 else None
    axes.plot(curves.epochs, curves.middle, color=colour, linestyle=line, linewidth=1.5, marker=marker)


def _legend(figure: "Figure") -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=colour, linestyle=line, linewidth=1.5) for _, _, colour, line in _STYLES]
    names = [translated(label) for _, label, _, _ in _STYLES]
    figure.legend(lines, names, loc="upper right", ncols=2, fontsize=8, frameon=False, borderaxespad=0.2)
