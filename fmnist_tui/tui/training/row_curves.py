from collections.abc import Callable

from rich.text import Text
from textual.timer import Timer

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.tui.charts.experiments import title
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.widgets.pane import Pane

RESTING_SECONDS = 0.1
"""How long the history's cursor rests on a row before its curves are drawn: longer than a held key's repeats."""


class RowCurves:
    """Shows the history's row on the charts while nothing is trained."""

    def __init__(self, pane: Pane, charts: Callable[[], TrainingCharts], busy: Callable[[], bool]) -> None:
        self.shown = True
        """Whether the row, and no training, is on the charts."""
        self.title = ""
        self._pane, self._charts, self._busy = pane, charts, busy
        self._group: Group | None = None
        self._moved = False
        self._resting: Timer | None = None
        self._ended = ""

    def point_at(self, group: Group | None, *, moved: bool) -> None:
        """`moved` says whether the cursor went to another row."""
        self._group, self._moved = group, self._moved or moved
        if self._resting is not None:
            self._resting.stop()
        self._resting = self._pane.set_timer(RESTING_SECONDS, self._show)

    def give_way(self) -> None:
        self.shown = False
        self._entitle("")

    def training_ended(self, experiment: str) -> None:
        self._ended = experiment

    def _show(self) -> None:
        group, moved = self._group, self._moved
        self._resting, self._moved = None, False
        is_another = moved and (group is None or group.name != self._ended)
        if self._busy() or not (self.shown or is_another):
            return
        self.shown, self._ended = True, ""
        self._charts().show_group(group)
        self._entitle(title(group) if group else "")

    def _entitle(self, name: str) -> None:
        self.title = name
        self._pane.border_title = Text(f"{self._pane.number} {self._pane.heading}" + f" · {name}" * bool(name))
