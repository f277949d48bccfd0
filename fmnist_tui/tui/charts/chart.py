from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from fmnist_tui.tui.charts.lens import ChartContent, Lens
from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import Marker


def changes(before: Sequence[Strip], after: Sequence[Strip]) -> Iterator[Region]:
    """Yield the region of the changed cells of each row; all characters are one cell wide."""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        cells = [a != b for a, b in zip(_cells(old), _cells(new), strict=True)]
        if any(cells):
            first = cells.index(True)
            last = len(cells) - cells[::-1].index(True)
            yield Region(first, y, last - first, 1)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, segment.style) for segment in strip for character in segment.text]


class PlottedCurves(NamedTuple):
    series: tuple[Series, ...] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    decades: bool = False


class Drawing(NamedTuple):
    """Equal drawings need no redraw."""

    curves: PlottedCurves
    size: Size
    title: str
    empty_text: str
    log_scale: bool
    marker: Marker
    cursor: float | None

    def rows(self) -> tuple[Text, ...]:
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
            decades=self.curves.decades,
        )


class Chart(Widget):
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Chart {
        width: 1fr;
        height: 1fr;
    }
    """

    redraw_seconds: ClassVar[float] = 0.2
    """The shortest time in seconds between two drawings.

    It is slightly shorter than a training's polling interval, so that each poll is drawn in the same screen update as
    the other changes.
    """

    title: reactive[str] = reactive("")
    empty_text: reactive[str] = reactive("")
    log_scale: reactive[bool] = reactive(False)
    """Whether the value axis is logarithmic. (A widget's `log` is its logger.)"""
    marker: reactive[Marker] = reactive[Marker]("braille")
    cursor: reactive[float | None] = reactive[float | None](None)

    def __init__(self, title: str = "", *, empty_text: str = "no data yet", id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Chart.title, title)
        self.set_reactive(Chart.empty_text, empty_text)
        self._latest = PlottedCurves()
        self._current = PlottedCurves()
        self._renewed_at = -self.redraw_seconds
        self._renewal: Timer | None = None
        self._drawing: Drawing | None = None
        self._strips: tuple[Strip, ...] = ()

    def show(
        self,
        series: Sequence[Series],
        *,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
        decades: bool = False,
    ) -> None:
        """Show whole curves, at once or `redraw_seconds` after the last drawing; `decades`: x are exponents of ten."""
        self._latest = PlottedCurves(tuple(series), x_range, y_range, decades)
        if self._latest == self._current or self._renewal is not None:
            return
        wait = self._renewed_at + self.redraw_seconds - monotonic()
        if wait > 0 and self.is_running:
            self._renewal = self.set_timer(wait, self._renew, name="renew chart")
        else:
            self._renew()

    def look(self, sheet: ChartContent, lens: Lens) -> None:
        self.title = sheet.title
        self.log_scale = lens.log
        self.cursor = lens.cursor
        self.show(sheet.through(lens), x_range=sheet.span(lens))

    def render_line(self, y: int) -> Strip:
        strips = self._drawn()
        if y < len(strips):
            return strips[y].apply_style(self.rich_style)
        return Strip.blank(self.content_size.width, self.rich_style)

    def _drawn(self) -> tuple[Strip, ...]:
        picture = Drawing(
            self._current,
            self.content_size,
            self.title,
            self.empty_text,
            self.log_scale,
            self.marker,
            self.cursor,
        )
        if picture != self._drawing:
            self._drawing = picture
            self._strips = tuple(Strip(self._segments(row), row.cell_len) for row in picture.rows())
        return self._strips

    def _segments(self, row: Text) -> Iterable[Segment]:
        segments = row.render(self.app.console)
        return Segment.remove_color(segments) if self.app.no_color else segments

    def _renew(self) -> None:
        self._renewal = None
        self._renewed_at = monotonic()
        self._current = self._latest
        before, size = self._strips, self._drawing.size if self._drawing else None
        if size != self.content_size or not before:
            self.refresh()
        elif changed := list(changes(before, self._drawn())):
            self.refresh(*changed)
