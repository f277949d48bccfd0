from collections.abc import Sequence
from typing import TYPE_CHECKING

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.report.mistakes import WorstMistakes
from fmnist_tui.lab.statistics.class_errors import Confusion, most_frequent_mistakes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.0
MATRIX = 5.4
"""Height of the matrix in inches."""
IMAGES = 1.5
"""Height of the row of images in inches."""


def confusion_figure(confusion: Confusion, mistakes: WorstMistakes | None, classes: Classes) -> ReportFigure:
    """Return the figure of a matrix of counts by true class (row) and predicted class (column)."""
    height = MATRIX + (IMAGES if mistakes else 0)
    return ReportFigure(
        "confusion-matrix",
        _alt(confusion, mistakes, classes),
        _caption(confusion, mistakes),
        (WIDTH, height),
        lambda figure: _draw(figure, confusion, mistakes, classes),
    )


def _caption(confusion: Confusion, mistakes: WorstMistakes | None) -> str:
    caption = translated(wording.CONFUSION_CAPTION)
    if not most_frequent_mistakes(confusion, 1):
        return caption
    return f"{caption} {translated(wording.MISTAKES_CAPTION if mistakes else wording.NO_IMAGES_CAPTION)}"


def _alt(confusion: Confusion, mistakes: WorstMistakes | None, classes: Classes) -> str:
    shares = [row[label] / sum(row) for label, row in enumerate(confusion) if sum(row)]
    worst = most_frequent_mistakes(confusion, 1)
    often = f"{worst[0].words(classes)} ({worst[0].share:.1%})" if worst else translated(wording.NO_MISTAKE)
    low, high = (min(shares), max(shares)) if shares else (0.0, 0.0)
    alt = translated(wording.CONFUSION_ALT).format(low=f"{low:.1%}", high=f"{high:.1%}", often=often)
    if mistakes:
        listed = ", ".join(
            f"{classes.said(true)} → {classes.said(predicted)}"
            for true, predicted in zip(mistakes.truth, mistakes.predicted, strict=True)
        )
        alt = f"{alt} {translated(wording.MISTAKES_ALT).format(mistakes=listed)}"
    return alt


def _draw(figure: "Figure", confusion: Confusion, mistakes: WorstMistakes | None, classes: Classes) -> None:
    height = figure.get_size_inches()[1]
    base = (IMAGES if mistakes else 0) / height
    axes = figure.add_axes((0.19, base + 0.75 / height, 0.79, (MATRIX - 1.1) / height))
    _draw_matrix(axes, confusion, classes)
    if mistakes:
        _draw_mistakes(figure, mistakes, IMAGES / height, classes)


def _draw_matrix(axes: "Axes", confusion: Confusion, classes: Classes) -> None:
    shares = [[count / (sum(row) or 1) for count in row] for row in confusion]
    axes.pcolormesh(shares, cmap="Greys", vmin=0, vmax=1, edgecolors="#d0d0d0", linewidth=0.5)
    for true, row in enumerate(confusion):
        for predicted, count in enumerate(row):
            if count:
                axes.text(
                    predicted + 0.5,
                    true + 0.5,
                    f"{100 * shares[true][predicted]:.1f}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if shares[true][predicted] > 0.6 else "black",
                    fontweight="bold" if true == predicted else "normal",
                )
    labels = range(len(classes.names))
    places = [place + 0.5 for place in labels]
    axes.set_xticks(
        places, [*map(classes.said_shortly, labels)], rotation=35, ha="right", rotation_mode="anchor", fontsize=8
    )
    axes.set_yticks(places, [*map(classes.said, labels)], fontsize=8)
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.set_xlabel(translated(wording.PREDICTED_CLASS))
    axes.set_ylabel(translated(wording.TRUE_CLASS))
    axes.set_title(translated(wording.CONFUSION_TITLE), fontsize=9)


def _draw_mistakes(figure: "Figure", mistakes: WorstMistakes, height: float, classes: Classes) -> None:
    row: Sequence[int] = range(len(mistakes.truth))
    width = 0.98 / max(8, len(row))
    for place in row:
        axes = figure.add_axes((0.01 + place * width, 0.34 * height, width * 0.92, 0.62 * height))
        axes.imshow(mistakes.images[place], cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        axes.set_axis_off()
        true, predicted = (classes.said_shortly(label[place]) for label in (mistakes.truth, mistakes.predicted))
        words = f"{true}\n→ {predicted}\n"
        axes.text(
            0.5,
            -0.06,
            f"{words}{mistakes.confidence[place]:.1%}",
            transform=axes.transAxes,
            ha="center",
            va="top",
            fontsize=7,
        )
