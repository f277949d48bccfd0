from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.text import Text

from fmnist_tui.tui.charts.axes import (
    LINES,
    Scale,
    drawable,
    epoch_ticks,
    fit,
    fit_epochs,
    level_axis,
    upright_axis,
    value_ticks,
)
from fmnist_tui.tui.charts.legend import exactly, heading, printable
from fmnist_tui.tui.charts.series import QUIET, Series, thinned
from fmnist_tui.tui.charts.strokes import EMPTY_BRAILLE, Marker, Point, cell_at, height_at, merged, stroke, thin

BRAILLE_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

SHADES: dict[Marker, str] = {"braille": "", "dot": "░", "ascii": ":"}


@lru_cache(maxsize=32)  # see `stroke`
def band(
    low: tuple[Point, ...], high: tuple[Point, ...], columns: int, rows: int, *, marker: Marker, line_style: int = 0
) -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with the area between two curves shaded.

    One in eight dots is set, others for each line style: overlaps are darker. Both curves have the same ascending x.
    """
    wide, high_dots = (2, 4) if marker == "braille" else (1, 1)
    cells = [[0] * columns for _ in range(rows)]
    for x in range(wide * columns):
        place = (x + 0.5) / (wide * columns)
        bottom, top = height_at(low, place), height_at(high, place)
        if bottom is None or top is None:
            continue
        first = max(round((1 - top) * high_dots * rows), 0)
        last = min(round((1 - bottom) * high_dots * rows), high_dots * rows)
        for y in range(first, last):
            if marker != "braille":
                cells[y][x] = 1
            elif (x + 3 * y + 5 * line_style) % 8 == 0:
                cells[y // 4][x // 2] |= BRAILLE_DOTS[y % 4][x % 2]
    return tuple("".join(_shade(dots, marker) for dots in row) for row in cells)


def _shade(dots: int, marker: Marker) -> str:
    return " " if not dots else SHADES[marker] or chr(EMPTY_BRAILLE + dots)


SMALLEST = (12, 4)
"""Columns and rows below which a curve and its axes do not fit."""

Cell = tuple[str, str]


class PlotArea(NamedTuple):
    epochs: Scale
    values: Scale
    columns: int
    rows: int

    def place(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """Return points in canvas coordinates, no more than can be told apart; far ones are moved nearer."""
        places = [
            (self.epochs.position(x), min(max(self.values.position(y), -1.0), 2.0))
            for x, y in points
            if self.epochs.low <= x <= self.epochs.high
        ]
        return thin(places, 2 * self.columns)


def draw(
    series: Sequence[Series],
    width: int,
    height: int,
    *,
    title: str = "",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    settled: float = 1.0,
    log: bool = False,
    empty: str = "",
    marker: Marker = "braille",
    cursor: float | None = None,
    decades: bool = False,
) -> tuple[Text, ...]:
    """Return a chart as `height` rows of `width` cells; only the title if smaller than `SMALLEST`.

    Event loop's thread only, as plotext has one figure a process. The default `y_range` ignores values before the epoch
    `settled`, unless `log`. `empty` is shown if there is nothing to draw. With `decades`, x are
    exponents of ten.
    """
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return tuple(exactly(Text(printable(title) if row == 0 else ""), width) for row in range(height))
    rows = height - 3
    drawn = [thinned(one, x_range) for one in series]
    points = [point for one in drawn for point in _all_points(one, log)]
    epochs = fit_epochs((x for x, _ in points), x_range)
    seen = [(x, y) for x, y in points if epochs.low <= x <= epochs.high]
    values = fit(_deciding(seen, 0.0 if log else settled), y_range, log=log)
    ticks = value_ticks(values, 1 + rows // 3) if seen or y_range else ()
    gutter = max((len(tick.label) for tick in ticks), default=0)
    if gutter > width // 2:
        ticks, gutter = (), 0
    view = PlotArea(epochs, values, width - gutter - 1, rows)
    canvas = _canvas(drawn, view, marker, cursor)
    if not seen:
        notice = Text(printable(empty))
        notice.align("center", view.columns)
        canvas[rows // 2] = [(notice.plain, QUIET)]
    upright = upright_axis(ticks, gutter, rows, marker)
    level = level_axis(epoch_ticks(epochs, view.columns, decades=decades), gutter, view.columns, marker)
    return (
        heading(title + " · log" * log, series, width, marker=marker, cursor=cursor),
        *(_joined([(axis, ""), *cells]) for axis, cells in zip(upright, canvas, strict=True)),
        *(Text(line) for line in level),
    )


def _deciding(points: Sequence[Point], settled: float) -> list[float]:
    """Return the values from epoch `settled` on if there are any an epoch past it, else all."""
    reached = any(x >= settled + 1 for x, _ in points)
    return [y for x, y in points if x >= settled or not reached]


def _all_points(series: Series, log: bool) -> list[Point]:
    low, high = series.band(log=log)
    return [*series.points(log=log), *series.raw_points(log=log), *low, *high]


def _canvas(series: Sequence[Series], view: PlotArea, marker: Marker, cursor: float | None) -> list[list[Cell]]:
    canvas = [[(" ", "")] * view.columns for _ in range(view.rows)]
    at = None if cursor is None or not drawable(cursor) else view.epochs.position(cursor)
    if at is not None and (place := cell_at((at, 0), view.columns, 1)):
        for row in canvas:
            row[place[0]] = (LINES[marker].upright, QUIET)
    for layer, style in _layers(sorted(series, key=lambda one: not one.quiet), view, marker):
        for row, line in zip(canvas, layer, strict=True):
            for column, character in enumerate(line):
                if character != " ":
                    row[column] = (merged(character, row[column][0]), style)
    return canvas


def _layers(series: Sequence[Series], view: PlotArea, marker: Marker) -> Iterator[tuple[Sequence[str], str]]:
    log, columns, rows = view.values.log, view.columns, view.rows
    for one in series:
        low, high = one.band(log=log)
        if low:
            yield (
                band(view.place(low), view.place(high), columns, rows, marker=marker, line_style=one.line_style),
                one.quiet_style,
            )
    for one in series:
        # Raw values would hide a quiet curve, and a band shows them already.
        if not (one.quiet or one.low) and (raw := one.raw_points(log=log)):
            yield stroke("raw", view.place(raw), columns, rows, marker=marker), one.quiet_style
        yield (
            stroke(
                one.stroke,
                view.place(one.points(log=log)),
                columns,
                rows,
                marker=marker,
                letter=one.letter,
                line_style=one.line_style,
            ),
            one.style,
        )


def _joined(cells: Iterable[Cell]) -> Text:
    text = Text()
    for style, run in groupby(cells, key=lambda cell: cell[1]):
        text.append("".join(character for character, _ in run), style or None)
    return text
