"""What a chart has to show, before it is looked at through a lens."""

from dataclasses import dataclass

from fmnist_tui.tui.charts.lens import Lens
from fmnist_tui.tui.charts.series import Series


@dataclass(frozen=True, slots=True)
class Sheet:
    """Curves of one figure, with their title."""

    title: str
    """What the values are."""
    series: tuple[Series, ...] = ()
    """The curves, as they were measured."""
    planned: int = 0
    """How many epochs are to be trained; 0 where that does not matter."""

    @property
    def latest(self) -> int:
        """The last epoch that has ended, of what is drawn loud if there is such a curve; 0 before the first."""
        loud = [one for one in self.series if one.x and not one.quiet]
        return max((int(one.x[-1]) for one in loud or self.series if one.x), default=0)

    @property
    def epochs(self) -> int:
        """How many epochs there are to be seen."""
        return self.planned or max(self.latest, 1)

    def span(self, lens: Lens) -> tuple[float, float]:
        """Return the first and the last epoch that a lens shows; what is before all curves only if they still grow."""
        start, end = lens.span(self.epochs, self.latest)
        first = 0.0 if self.planned else min((one.x[0] for one in self.series if one.x), default=0.0)
        return max(start, min(first, end)), end

    def through(self, lens: Lens) -> tuple[Series, ...]:
        """Return the curves as a lens shows them."""
        return tuple(one.smoothed(lens.smoothing) for one in self.series)
