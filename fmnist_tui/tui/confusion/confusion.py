from collections.abc import Sequence

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.statistics.class_errors import ClassScore, class_report
from fmnist_tui.tui.confusion.sheet import CountCell, CountTable, Emphasis

Confusion = Sequence[Sequence[int]]
"""Images by true class (row) and predicted class (column)."""

HEAVIEST = 5

ROOMY = 140
"""Columns from which classes have their full names."""

SCORES_FROM = 80
"""Columns from which the scores are beside the matrix."""


def heaviest(confusion: Confusion, *, percent: bool = False) -> tuple[tuple[int, int], ...]:
    """Return row and column of the `HEAVIEST` largest errors, in counts or in shares of the true class."""
    weights = {
        (row, column): count / max(sum(counts), 1) if percent else count
        for row, counts in enumerate(confusion)
        for column, count in enumerate(counts)
        if row != column and count
    }
    return tuple(sorted(weights, key=lambda place: (-weights[place], place))[:HEAVIEST])


def confusion_sheet(confusion: Confusion, classes: Classes, *, percent: bool, width: int) -> CountTable:
    """Return the matrix with each class's scores and their macro averages, as far as they fit."""
    roomy = width >= ROOMY
    heavy = frozenset(heaviest(confusion, percent=percent))
    scores = class_report(confusion)
    figure_width = 9 if roomy else 5
    gap = " " if roomy else ""  # "precision" fills its column and would touch the class beside it
    return CountTable(
        corner=("true class", "") if roomy else ("", "true"),
        rows=tuple(_fitting(name, 12) for name in classes.names) if roomy else classes.rows,
        columns=tuple(map(_broken, classes.names))
        if roomy
        else tuple((str(n), name) for n, name in enumerate(classes.columns)),
        cells=tuple(
            tuple(
                CountCell(_written(count, sum(counts), percent), _emphasis(count, (row, column), heavy))
                for column, count in enumerate(counts)
            )
            for row, counts in enumerate(confusion)
        ),
        beside=()
        if width < SCORES_FROM
        else (
            "",
            gap + _figure_names(roomy, figure_width),
            *(gap + _figures(score, figure_width) for score in scores),
            gap + _figures(mean_score(scores), figure_width),
        ),
        foot=("predicted", tuple(str(sum(column)) for column in zip(*confusion, strict=True))),
        label_width=12 if roomy else 9,
        cell_width=9 if roomy else 5,
    )


def mean_score(scores: Sequence[ClassScore]) -> ClassScore:
    """Return the macro averages, as scikit-learn's, and the number of images."""
    n = len(scores)
    return ClassScore(
        sum(score.precision for score in scores) / n,
        sum(score.recall for score in scores) / n,
        sum(score.f1 for score in scores) / n,
        sum(score.support for score in scores),
    )


def summary(run: Run, confusion: Confusion) -> str:
    images = sum(map(sum, confusion))
    wrong = images - sum(confusion[label][label] for label in range(len(confusion)))
    share = 1 - wrong / images if images else 0.0
    return f"{counted(wrong, 'error')} of {images:,} · accuracy {share:.4f} · {spoken(run)}"


def spoken(run: Run) -> str:
    return f"{run.experiment}, seed {run.seed}, run {run.id}"


def cell_words(confusion: Confusion, row: int, column: int, classes: Classes) -> str:
    count, support = confusion[row][column], sum(confusion[row])
    share = f"{count / support:.1%}" if support else "–"
    what = "recognised" if row == column else f"taken for {classes.names[column]}"
    return f"{classes.names[row]} {what}: {count:,} of {support:,} ({share})"


def _written(count: int, support: int, percent: bool) -> str:
    if not count:
        return "·"
    if not percent:
        return str(count)
    share = f"{100 * count / support:.1f}"
    return "100" if share == "100.0" else share


def _emphasis(count: int, place: tuple[int, int], heavy: frozenset[tuple[int, int]]) -> Emphasis:
    if place[0] == place[1]:
        return "right"
    if place in heavy:
        return "heavy"
    return "plain" if count else "quiet"


def _figure_names(roomy: bool, width: int) -> str:
    *names, last = ("precision", "recall", "F1", "support") if roomy else ("prec", "rec", "F1", "n")
    return "".join(f"{name:>{width}}" for name in names) + f"{last:>{width + 1}}"


def _figures(score: ClassScore, width: int) -> str:
    figures = "".join(f"{_fraction(value):>{width}}" for value in (score.precision, score.recall, score.f1))
    return f"{figures}{score.support:>{width + 1}}"


def _fraction(value: float) -> str:
    return "1.00" if value > 0.9995 else f"{value:.3f}".removeprefix("0")


def _broken(name: str) -> tuple[str, str]:
    for parting, kept in (("/", "/"), (" ", "")):
        before, found, after = name.partition(parting)
        if found:
            return _fitting(before, 8), _fitting(kept + after, 8)
    return "", _fitting(name, 8)


def _fitting(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
