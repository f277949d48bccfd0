"""The chart widget: holds the curves it was last given, and draws them no more often than an eye can follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from fmnist_tui.tui.charts.canvas import Marker
from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.charts.series import Series


@dataclass(frozen=True, slots=True)
class Curves:
    """What a chart is asked to show."""

    series: tuple[Series, ...] = ()
    """The curves."""
    x_range: tuple[float, float] | None = None
    """First and last epoch; those of the curves if None."""
    y_range: tuple[float, float] | None = None
    """Lowest and highest value; those of the curves if None."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All that decides what a chart looks like: two equal pictures need one drawing."""

    curves: Curves
    """What it shows."""
    size: Size
    """The cells it fills."""
    title: str
    """What the values are."""
    empty_text: str
    """What stands in the middle without curves."""
    log_scale: bool
    """Whether values are laid out by their ratios."""
    marker: Marker
    """What lines are made of."""
    cursor: float | None
    """The epoch whose values are read."""

    def rows(self) -> tuple[Text, ...]:
        """Return the drawing, row by row."""
        return draw(
            self.curves.series,
            self.size.width,
            self.size.height,
            title=self.title,
            x_range=self.curves.x_range,
            y_range=self.curves.y_range,
            log=self.log_scale,
            empty=self.empty_text,
            marker=self.marker,
            cursor=self.cursor,
        )


class Chart(Widget):
    """A line chart that is given whole curves, again and again, while they grow."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Chart {
        width: 1fr;
        height: 1fr;
    }
    """

    redraw_seconds: ClassVar[float] = 0.25
    """The least time between two drawings of growing curves; of what comes sooner only the last is drawn."""

    title: reactive[str] = reactive("")
    """What the values are."""
    empty_text: reactive[str] = reactive("")
    """What stands in the middle while there is nothing to draw."""
    log_scale: reactive[bool] = reactive(False)
    """Whether values are laid out by their ratios. (A widget's `log` is its logger.)"""
    marker: reactive[Marker] = reactive[Marker]("braille")
    """What lines are made of; another one than braille is for fonts that lack it."""
    cursor: reactive[float | None] = reactive[float | None](None)
    """The epoch at which values are read into the legend, or None."""

    def __init__(self, title: str = "", *, empty_text: str = "no data yet", id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Chart.title, title)
        self.set_reactive(Chart.empty_text, empty_text)
        self._latest = Curves()
        self._current = Curves()
        self._renewed_at = -self.redraw_seconds
        self._renewal: Timer | None = None
        self._picture: Picture | None = None
        self._strips: tuple[Strip, ...] = ()

    def show(
        self,
        series: Sequence[Series],
        *,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
    ) -> None:
        """Show `series` instead of what was shown: now, or when `redraw_seconds` have passed since the last time.

        Args:
            series: the curves; those of one stroke are told apart by their letters.
            x_range: first and last epoch; those of the curves if None.
            y_range: lowest and highest value; those of the curves, but for the climb of the first epoch, if None.
        """
        self._latest = Curves(tuple(series), x_range, y_range)
        if self._latest == self._current or self._renewal is not None:
            return
        wait = self._renewed_at + self.redraw_seconds - monotonic()
        if wait > 0 and self.is_running:
            self._renewal = self.set_timer(wait, self._renew, name="renew chart")
        else:
            self._renew()

    def toggle_log(self) -> None:
        """Lay the values out by their ratios, or by their differences again."""
        self.log_scale = not self.log_scale

    def render_line(self, y: int) -> Strip:
        """Return a row of the chart, drawing all rows first if anything about it has changed."""
        picture = Picture(
            self._current,
            self.content_size,
            self.title,
            self.empty_text,
            self.log_scale,
            self.marker,
            self.cursor,
        )
        if picture != self._picture:
            self._picture = picture
            self._strips = tuple(Strip(row.render(self.app.console), row.cell_len) for row in picture.rows())
        if y < len(self._strips):
            return self._strips[y].apply_style(self.rich_style)
        return Strip.blank(picture.size.width, self.rich_style)

    def _renew(self) -> None:
        """Put the latest curves on the screen."""
        self._renewal = None
        self._renewed_at = monotonic()
        self._current = self._latest
        self.refresh()
