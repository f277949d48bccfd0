"""Numbers and names in the sentences of clues."""

from collections.abc import Sequence

from fmnist_tui.lab.plain_text import visible


def percent(share: float, decimals: int = 2) -> str:
    """Return a part of 1 as `88.10 %`."""
    return f"{100 * share:.{decimals}f} %"


def points(difference: float) -> str:
    """Return a difference of accuracies as `+0.31 points`."""
    return f"{signed(difference)} points"


def signed(difference: float) -> str:
    """Return a difference of accuracies in points: `+0.31`."""
    return f"{round(100 * difference, 2) + 0.0:+.2f}"


def unsigned(difference: float) -> str:
    """Return the size of a difference of accuracies: `0.31 points`."""
    return f"{abs(100 * difference):.2f} points"


def interval(low: float, high: float, level: int = 95) -> str:
    """Return an interval of a difference of accuracies: `95 % interval +0.10 to +0.52`."""
    return f"{level} % interval {signed(low)} to {signed(high)}"


def called(name: str) -> str:
    """Return an experiment's name for a sentence: safe to print, and not too long."""
    return visible(name, 40) or "(no name)"


def listed(words: Sequence[str], most: int = 5) -> str:
    """Return `a, b and c`; of more than `most` the first, and how many others."""
    if len(words) > most:
        words = (*words[: most - 1], f"{len(words) - most + 1} others")
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def times(ratio: float) -> str:
    """Return a ratio of costs: `twice`, `4.0 times`."""
    return "twice" if abs(ratio - 2) < 0.05 else f"{ratio:.1f} times"
