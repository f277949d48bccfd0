"""What a drawing of a chart costs the event loop: two curves, and with marked experiments and their bands beneath.

Run by hand: `python tests/benchmarks/charts.py`. Each figure is the median of several drawings at the size given.
"""

import math
import random
from collections.abc import Callable
from statistics import median
from time import perf_counter

from fmnist_tui.tui.charts.experiments import Mark
from fmnist_tui.tui.charts.plot import band, draw
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import stroke

EPOCHS = 50
DRAWINGS = 25
SIZES = ((37, 10), (60, 15), (138, 40))


def live(drawing: int = 0) -> tuple[Series, ...]:
    """Return a training with its first epoch in steps, and its validation; each drawing finds it a little changed."""
    steps = [(step + 1) / 25 for step in range(25)] + [float(epoch) for epoch in range(2, EPOCHS + 1)]
    ends = [float(epoch) for epoch in range(1, EPOCHS + 1)]
    top = 0.93 - 1e-4 * drawing
    return (
        Series("train", tuple(steps), tuple(top - 0.4 * math.exp(-x / 5) for x in steps), "train", "cyan"),
        Series("val", tuple(ends), tuple(top - 0.04 - 0.2 * math.exp(-x / 5) for x in ends), "validation", "magenta"),
    )


def experiment(number: int, *, band: bool) -> Series:
    """Return an experiment's mean, noisy as one of few seeds is."""
    draws, mark = random.Random(number), Mark(number)
    ends = tuple(float(epoch) for epoch in range(1, EPOCHS + 1))
    mean = tuple(0.88 - 0.01 * number - 0.2 * math.exp(-x / 5) + draws.gauss(0, 0.002) for x in ends)
    return Series(
        f"experiment {number}",
        ends,
        mean,
        "experiment",
        mark.colour,
        mark.letter,
        mark.line_style,
        quiet=True,
        low=tuple(y - 0.008 for y in mean) if band else (),
        high=tuple(y + 0.008 for y in mean) if band else (),
    )


def beneath(count: int, *, bands: int) -> tuple[Series, ...]:
    """Return experiments, some of them with a band."""
    return tuple(experiment(number, band=number < bands) for number in range(count))


def milliseconds(series_of: Callable[[int], tuple[Series, ...]], width: int, height: int, *, fresh: bool) -> float:
    """Return the median time of a drawing; `fresh` forgets the curves of the drawing before."""
    times = []
    for drawing in range(DRAWINGS):
        series = series_of(drawing)
        if fresh:
            stroke.cache_clear()
            band.cache_clear()
        start = perf_counter()
        draw(series, width, height, title="accuracy", x_range=(0, EPOCHS))
        times.append(perf_counter() - start)
    return 1000 * median(times)


def main() -> None:
    """Print a table, a row what is drawn, a column a size."""
    four, bands, eight = beneath(4, bands=0), beneath(4, bands=4), beneath(8, bands=8)
    cases: dict[str, tuple[Callable[[int], tuple[Series, ...]], bool]] = {
        "train, val": (live, True),
        "the same, smoothed": (lambda drawing: tuple(one.smoothed(0.6) for one in live(drawing)), True),
        "over 4 experiments": (lambda drawing: (*live(drawing), *four), True),
        "over 4 with bands": (lambda drawing: (*live(drawing), *bands), True),
        "the same, grown": (lambda drawing: (*live(drawing), *bands), False),
        "8 compared, with bands": (lambda drawing: eight, True),
    }
    draw(live(), 60, 15)  # the first drawing imports plotext
    print(f"milliseconds a drawing, {EPOCHS} epochs, median of {DRAWINGS}")
    print(f"{'':24}" + "".join(f"{width}×{height}".rjust(10) for width, height in SIZES))
    for words, (series_of, fresh) in cases.items():
        print(f"{words:24}" + "".join(f"{milliseconds(series_of, *size, fresh=fresh):10.1f}" for size in SIZES))


if __name__ == "__main__":
    main()
