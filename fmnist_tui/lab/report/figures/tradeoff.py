import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.results import VAL_ACCURACY
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.figures.drawing import DARK, GREY, LIGHT, ReportFigure, drawable, limits
from fmnist_tui.lab.report.study import Study, Tradeoff
from fmnist_tui.lab.statistics.intervals import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (8.0, 4.6)
LONGEST_NAME = 30
MOST_NUMBERED = 40
MOST_LISTED = 4
"""Numbers of networks at one point."""

Place = tuple[float, float]
"""A place in the figure, in points (1/72 inch)."""


def tradeoff_figure(study: Study, suffix: str = "") -> ReportFigure | None:
    """Return the figure; None where fewer than two networks have a validation accuracy."""
    found = study.tradeoff
    if found is None:
        return None
    return ReportFigure(
        f"accuracy-against-parameters{suffix}",
        _alt(study, found),
        translated(wording.TRADEOFF_CAPTION),
        SIZE,
        lambda figure: _draw(figure, study, found),
    )


def _alt(study: Study, found: Tradeoff) -> str:
    first, last = (found.points[found.front[place]] for place in (0, -1))
    knee = translated(wording.NO_KNEE)
    if found.knee is not None:
        knee = translated(wording.KNEE_ALT).format(number=study.number(found.groups[found.knee]))
    return translated(wording.TRADEOFF_ALT).format(
        networks=len(found.points),
        on_front=", ".join(str(study.number(found.groups[place])) for place in found.front),
        low=f"{first[1]:.4g}",
        cheapest=f"{first[0]:,.0f}",
        high=f"{last[1]:.4g}",
        dearest=f"{last[0]:,.0f}",
        knee=knee,
    )


def _draw(figure: "Figure", study: Study, found: Tradeoff) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes = figure.add_axes((0.09, 0.12, 0.88, 0.85))
    axes.set_xscale("log")
    on_front = [found.points[place] for place in found.front]
    axes.plot(
        [cost for cost, _ in on_front],
        drawable(accuracy for _, accuracy in on_front),
        color=LIGHT,
        linewidth=2,
        drawstyle="steps-post",
        label=translated(wording.FRONT),
        zorder=1,
    )
    for place, (group, (cost, accuracy)) in enumerate(zip(found.groups, found.points, strict=True)):
        known = interval([*VAL_ACCURACY.figures(group).values()])
        if known is not None and math.isfinite(known.high):
            low, high = drawable((known.low, known.high))
            axes.vlines(cost, low, high, color=GREY, linewidth=1, alpha=0.6, zorder=2)
        face = DARK if place in found.front else "white"
        axes.plot(
            cost,
            drawable([accuracy]),
            marker="o",
            markersize=6,
            color=DARK,
            markerfacecolor=face,
            linestyle="",
            zorder=3,
        )
    _mark(axes, study, found)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value < 1e7 else f"{value:.0e}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    ends = limits(drawable(accuracy for _, accuracy in found.points), room=0.12)
    axes.set_ylim(ends.low, ends.high)
    axes.set_xlabel(translated(wording.PARAMETERS_AXIS))
    axes.set_ylabel(translated(wording.VALIDATION_ACCURACY))
    axes.grid(alpha=0.35, linewidth=0.5)
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    _number(axes, study, found)


def _mark(axes: "Axes", study: Study, found: Tradeoff) -> None:
    """Ring the knee and put a square around the chosen network."""
    for group, point, marker, size, label in _marked(study, found):
        named = label.format(number=study.number(group), network=shorthand(group.recipe.architecture)[:LONGEST_NAME])
        axes.plot(
            point[0],
            drawable([point[1]]),
            marker=marker,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor="black",
            markeredgewidth=1.2,
            linestyle="",
            label=named,
            zorder=4,
        )


def _marked(study: Study, found: Tradeoff) -> Iterator[tuple[Group, tuple[float, float], str, int, str]]:
    if found.knee is not None:
        yield found.groups[found.knee], found.points[found.knee], "o", 13, translated(wording.KNEE_LABEL)
    for group, point in zip(found.groups, found.points, strict=True):
        if group is study.chosen:
            yield group, point, "s", 12, translated(wording.CHOSEN_LABEL)


def _number(axes: "Axes", study: Study, found: Tradeoff) -> None:
    """Write each network's number beside its point, where neither points nor other numbers are.

    Of many networks only those on the front and the chosen one have room for theirs.
    """
    numbers: dict[Place, list[int]] = {}
    crowded = len(found.groups) > MOST_NUMBERED
    for place, (group, (cost, accuracy)) in enumerate(zip(found.groups, found.points, strict=True)):
        if crowded and place not in found.front and group is not study.chosen:
            continue
        if math.isfinite(*drawable([accuracy])):
            x, y = axes.transData.transform((cost, accuracy)) * 72 / axes.figure.dpi
            numbers.setdefault((round(float(x)), round(float(y))), []).append(study.number(group))
    taken = [*numbers]
    for point, listed in numbers.items():
        text = ", ".join(map(str, listed[:MOST_LISTED])) + " …" * (len(listed) > MOST_LISTED)
        offset = _free(point, text, taken)
        taken += _covered((point[0] + offset[0], point[1] + offset[1]), text)
        axes.annotate(
            text,
            (point[0], point[1]),
            xycoords="figure points",
            xytext=offset,
            textcoords="offset points",
            fontsize=8,
            va="center",
        )


_OFFSETS = (
    (8, -8),
    (8, 8),
    (-14, 8),
    (-14, -8),
    (12, 0),
    (-18, 0),
    (-4, 13),
    (-4, -13),
    (14, -16),
    (14, 16),
    (-22, 16),
)
"""Where a number may stand, from its point, in points; the first free one is taken."""


def _free(point: Place, text: str, taken: Sequence[Place]) -> Place:
    def nearest(offset: Place) -> float:
        covered = _covered((point[0] + offset[0], point[1] + offset[1]), text)
        return min((math.dist(each, other) for each in covered for other in taken if other != point), default=99.0)

    return next((offset for offset in _OFFSETS if nearest(offset) >= 7), max(_OFFSETS, key=nearest))


def _covered(start: Place, text: str) -> list[Place]:
    """Return the places that a text of 8 points covers, by the letter, from the middle of its left end."""
    return [(start[0] + 5 * letter + 2, start[1]) for letter in range(len(text))]
