"""A chart's content, before a lens is applied."""

from dataclasses import dataclass

from fmnist_tui.tui.charts.lens import Lens
from fmnist_tui.tui.charts.series import Series


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    series: tuple[Series, ...] = ()
    planned: int = 0
    """How many epochs are planned; 0 if that does not matter."""

    @property
    def latest(self) -> int:
        """The last epoch that ended, ignoring quiet curves if there are others; 0 before the first."""
        loud = [one for one in self.series if one.x and not one.quiet]
        return max((int(one.x[-1]) for one in loud or self.series if one.x), default=0)

    @property
    def epochs(self) -> int:
        return self.planned or max(self.latest, 1)

    def span(self, lens: Lens) -> tuple[float, float]:
        """Return the first and the last epoch a lens shows; from 0 only while curves still grow."""
        start, end = lens.span(self.epochs, self.latest)
        first = 0.0 if self.planned else min((one.x[0] for one in self.series if one.x), default=0.0)
        return max(start, min(first, end)), end

    def through(self, lens: Lens) -> tuple[Series, ...]:
        return tuple(one.smoothed(lens.smoothing) for one in self.series)
