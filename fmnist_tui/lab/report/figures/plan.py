import re
from collections.abc import Iterator
from dataclasses import replace

from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.records.dataset import DatasetName, file_part
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.figures.confusion import confusion_figure
from fmnist_tui.lab.report.figures.curves import curve_figures
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.report.figures.tradeoff import tradeoff_figure
from fmnist_tui.lab.report.mistakes import WorstMistakes
from fmnist_tui.lab.report.opening import data_words
from fmnist_tui.lab.report.study import Content, confusion_of

_NAME = re.compile(
    r"(accuracy-against-parameters|(accuracy|loss)-curves|confusion-matrix)"
    r"(-synthetic|-[A-Za-z0-9._-]*[0-9a-f]{8})?(-\d+)?"
)


def is_figure_name(name: str) -> bool:
    """Whether a figure of some report has this name, given without its ending."""
    return _NAME.fullmatch(name) is not None


def figures_of(content: Content, mistakes: WorstMistakes | None = None) -> Iterator[ReportFigure]:
    """Yield the figures of a report in their order.

    Args:
        content: what the report says.
        mistakes: those of the chosen network, to be drawn below its confusion matrix.
    """
    alone = len(content.studies) == 1
    for study in content.studies:
        suffix = "" if study is content.studies[0] else f"-{file_part(study.dataset)}"
        tradeoff = tradeoff_figure(study, suffix)
        for each in (*((tradeoff,) if tradeoff else ()), *curve_figures(study, suffix)):
            yield each if alone else _on(study.dataset, each)
    chosen = content.main.chosen if content.main else None
    confusion = confusion_of(chosen) if chosen else None
    if chosen is not None and confusion is not None:
        matrix = confusion_figure(confusion, mistakes, chosen.recipe.classes)
        yield matrix if alone else _on(chosen.recipe.dataset, matrix)


def _on(dataset: DatasetName, figure: ReportFigure) -> ReportFigure:
    """Return a figure whose words say what its networks are trained on."""
    words = translated(wording.FIGURE_ON).format(data=data_words(dataset))
    return replace(figure, alt=f"{words} {figure.alt}", caption=f"{words} {figure.caption}")
