import re
from collections.abc import Iterator

from fmnist_tui.lab.records.dataset import file_part
from fmnist_tui.lab.report.figures.confusion import confusion_figure
from fmnist_tui.lab.report.figures.curves import curve_figures
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.report.figures.tradeoff import tradeoff_figure
from fmnist_tui.lab.report.mistakes import WorstMistakes
from fmnist_tui.lab.report.study import Content, confusion_of

_NAME = re.compile(r"(accuracy-against-parameters|(accuracy|loss)-curves|confusion-matrix)(-synthetic)?(-\d+)?")


def is_figure_name(name: str) -> bool:
    """Whether a figure of some report has this name, given without its ending."""
    return _NAME.fullmatch(name) is not None


def figures_of(content: Content, mistakes: WorstMistakes | None = None) -> Iterator[ReportFigure]:
    """Yield the figures of a report in their order.

    Args:
        content: what the report says.
        mistakes: those of the chosen network, to be drawn below its confusion matrix.
    """
    for study in content.studies:
        suffix = "" if study is content.studies[0] else f"-{file_part(study.dataset)}"
        if tradeoff := tradeoff_figure(study, suffix):
            yield tradeoff
        yield from curve_figures(study, suffix)
    chosen = content.main.chosen if content.main else None
    confusion = confusion_of(chosen) if chosen else None
    if chosen is not None and confusion is not None:
        yield confusion_figure(confusion, mistakes, chosen.recipe.classes)
