from collections.abc import Sequence

from fmnist_tui.lab.language.catalogue import translated, translated_plural
from fmnist_tui.lab.language.phrases import enumerated
from fmnist_tui.lab.plain_text import visible


def percent(share: float, decimals: int = 2) -> str:
    return f"{100 * share:.{decimals}f} %"


def points(difference: float) -> str:
    return _points(signed(difference))


def signed(difference: float) -> str:
    return f"{round(100 * difference, 2) + 0.0:+.2f}"


def unsigned(difference: float) -> str:
    return _points(f"{abs(100 * difference):.2f}")


def _points(number: str) -> str:
    return translated("{number} points").format(number=number)


def interval(low: float, high: float, level: int = 95) -> str:
    return translated("{level} % interval {low} to {high}").format(level=level, low=signed(low), high=signed(high))


def called(name: str) -> str:
    return visible(name, 40) or translated("(no name)")


def seeds(number: int) -> str:
    return translated_plural("{n:,} seed", "{n:,} seeds", number)


def experiments(number: int) -> str:
    return translated_plural("{n:,} experiment", "{n:,} experiments", number)


def listed(words: Sequence[str], most: int = 5) -> str:
    """Return `a, b and c`; of more than `most` the first, and how many others."""
    if len(words) > most:
        words = (*words[: most - 1], translated_plural("{n} other", "{n} others", len(words) - most + 1))
    return enumerated(words)


def times_the_parameters(*ratios: float) -> str:
    """Return `twice the parameters`, `2.5 times the parameters`; of several ratios their range."""
    low, high = min(ratios), max(ratios)
    if len(ratios) > 1:
        return translated("{low} to {high} times the parameters").format(low=f"{low:.1f}", high=f"{high:.1f}")
    if abs(low - 2) < 0.05:
        return translated("twice the parameters")
    return translated("{ratio} times the parameters").format(ratio=f"{low:.1f}")
