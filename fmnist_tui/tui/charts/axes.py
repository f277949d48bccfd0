import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from fmnist_tui.tui.charts.strokes import Marker, cell_at

LARGEST = 1e100
"""Magnitudes from here on count as not finite, so that differences never overflow."""

NARROWEST = 1e-9
"""The smallest linear range relative to its larger end, for round ticks in float64."""


class Scale(NamedTuple):
    low: float
    """The value at position 0; positive if logarithmic."""
    high: float
    log: bool = False

    def position(self, value: float) -> float:
        """Return 0 at `low`, 1 at `high`."""
        if self.log:
            low = math.log10(self.low)
            return (math.log10(value) - low) / (math.log10(self.high) - low)
        return (value - self.low) / (self.high - self.low)


class Tick(NamedTuple):
    position: float
    """0 at the low end, 1 at the high end."""
    label: str


def drawable(value: float, *, log: bool = False) -> bool:
    return abs(value) < LARGEST and (value > 1 / LARGEST or not log)


def fit(values: Iterable[float], wanted: tuple[float, float] | None = None, *, log: bool = False) -> Scale:
    """Return a scale for all drawable `values` with round ends, or with the `wanted` ends; never an empty one."""
    if wanted and all(drawable(end, log=log) for end in wanted) and _is_wide(min(wanted), max(wanted)):
        return Scale(min(wanted), max(wanted), log)
    shown = [value for value in values if drawable(value, log=log)]
    if not shown:
        return Scale(0.1 if log else 0.0, 1.0, log)
    low, high = min(shown), max(shown)
    if log:
        low, high = (low, high) if high > 1.001 * low else (low / 1.1, high * 1.1)
        return Scale(_one_digit(low, math.floor), _one_digit(high, math.ceil), True)
    if not _is_wide(low, high):
        size = max(abs(low), abs(high))
        margin = 0.05 * size if size > 1 / LARGEST else 0.5
        low, high = low - margin, high + margin
    step = _round_step((high - low) / 8)
    return Scale(math.floor(low / step + 1e-6) * step, math.ceil(high / step - 1e-6) * step)


def fit_epochs(values: Iterable[float], wanted: tuple[float, float] | None = None) -> Scale:
    ends = [value for value in wanted or values if drawable(value)]
    if not ends:
        return Scale(0.0, 1.0)
    low, high = float(math.floor(min(ends))), float(math.ceil(max(ends)))
    return Scale(low, high if _is_wide(low, high) else low + max(1.0, 0.05 * abs(low)))


def value_ticks(scale: Scale, count: int) -> tuple[Tick, ...]:
    """Return about `count` ticks on round values, no label twice."""
    count = max(count, 2)
    if scale.log and len(values := _round_ratios(scale, count)) > 1:
        return _labelled(scale, values, short)
    step = _round_step((scale.high - scale.low) / (2 * count + 1))
    while len(_multiples(scale, step)) > count and len(_multiples(scale, _round_step(1.5 * step))) > 1:
        step = _round_step(1.5 * step)
    values = _multiples(scale, step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return _labelled(scale, values[:: math.ceil(len(values) / count)], lambda value: _fixed(value, decimals))


def epoch_ticks(scale: Scale, columns: int, *, decades: bool = False) -> tuple[Tick, ...]:
    """With `decades`, the scale has exponents: -3 is labelled 1e-3."""

    def label(value: float) -> str:
        return f"1e{value:.0f}" if decades else _fixed(value, 0)

    room = max(len(label(scale.low)), len(label(scale.high))) + 2
    step = max(1.0, _round_step((scale.high - scale.low) * room / max(columns, 1)))
    return _labelled(scale, _multiples(scale, step), label)


def short(value: float) -> str:
    """Return four significant digits: 0.8812, 2.303, 1.2e6."""
    return _bare_exponent(f"{value:.4g}")


def reading(value: float) -> str:
    """Return four decimals: 0.8810, 2.3030."""
    return f"{value:.4f}" if value == 0 or 1e-3 <= abs(value) < 1e3 else short(value)


def _is_wide(low: float, high: float) -> bool:
    return high - low > NARROWEST * max(abs(low), abs(high), 1 / LARGEST)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def _one_digit(value: float, rounded: Callable[[float], int]) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return rounded(round(value / power, 9)) * power


def _multiples(scale: Scale, step: float) -> list[float]:
    first, last = math.ceil(scale.low / step - 1e-6), math.floor(scale.high / step + 1e-6)
    return [index * step for index in range(first, last + 1)]


def _round_ratios(scale: Scale, count: int) -> list[float]:
    """Return decades if there are three, else 1 to 9 if few, else 1, 2 and 5."""
    first, last = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))

    def marks(*digits: int) -> list[float]:
        values = [digit * 10.0**decade for decade in range(first, last + 1) for digit in digits]
        return [value for value in values if scale.low * (1 - 1e-9) <= value <= scale.high * (1 + 1e-9)]

    decades = marks(1)
    if len(decades) > 2:
        return decades[:: math.ceil(len(decades) / count)]
    dense, sparse = marks(*range(1, 10)), marks(1, 2, 5)
    return dense if len(dense) <= count else sparse


def _labelled(scale: Scale, values: Iterable[float], label: Callable[[float], str]) -> tuple[Tick, ...]:
    unique: dict[str, float] = {}
    for value in values:
        unique.setdefault(label(value), value)
    return tuple(Tick(min(max(scale.position(value), 0.0), 1.0), text) for text, value in unique.items())


def _fixed(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if decimals < 7 and abs(value) < 1e6 else _bare_exponent(f"{value:.3g}")


def _bare_exponent(text: str) -> str:
    digits, mark, exponent = text.partition("e")
    return f"{digits}e{int(exponent)}" if mark else digits


class AxisSigns(NamedTuple):
    upright: str
    value_tick: str
    corner: str
    level: str
    epoch_tick: str


BOX = AxisSigns("│", "┤", "└", "─", "┬")
LINES: dict[Marker, AxisSigns] = {"braille": BOX, "dot": BOX, "ascii": AxisSigns("|", "+", "+", "-", "+")}


def upright_axis(ticks: Sequence[Tick], gutter: int, rows: int, marker: Marker) -> list[str]:
    """Return `rows` strings of `gutter` + 1 columns, without labels that would touch."""
    lines = LINES[marker]
    axis = [" " * gutter + lines.upright] * rows
    last = rows + 1
    for tick in ticks:
        if (place := cell_at((0, tick.position), 1, rows)) and place[1] < last - 1:
            last = place[1]
            axis[last] = tick.label.rjust(gutter) + lines.value_tick
    return axis


def level_axis(ticks: Sequence[Tick], gutter: int, columns: int, marker: Marker) -> tuple[str, str]:
    """Return line and labels of `gutter` + 1 + `columns` columns, without labels that would touch."""
    lines = LINES[marker]
    axis, labels = [lines.level] * columns, ""
    width = gutter + 1 + columns
    for tick in ticks:
        if place := cell_at((tick.position, 0), columns, 1):
            start = min(gutter + 1 + place[0] - (len(tick.label) - 1) // 2, width - len(tick.label))
            if start > len(labels) or not labels:
                axis[place[0]] = lines.epoch_tick
                labels = labels.ljust(start) + tick.label
    return " " * gutter + lines.corner + "".join(axis), labels.ljust(width)
