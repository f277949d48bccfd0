from collections.abc import Sequence

from fmnist_tui.lab.plain_text import visible


def percent(share: float, decimals: int = 2) -> str:
    return f"{100 * share:.{decimals}f} %"


def points(difference: float) -> str:
    return f"{signed(difference)} points"


def signed(difference: float) -> str:
    return f"{round(100 * difference, 2) + 0.0:+.2f}"


def unsigned(difference: float) -> str:
    return f"{abs(100 * difference):.2f} points"


def interval(low: float, high: float, level: int = 95) -> str:
    return f"{level} % interval {signed(low)} to {signed(high)}"


def called(name: str) -> str:
    return visible(name, 40) or "(no name)"


def listed(words: Sequence[str], most: int = 5) -> str:
    """Return `a, b and c`; of more than `most` the first, and how many others."""
    if len(words) > most:
        words = (*words[: most - 1], f"{len(words) - most + 1} others")
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def times(ratio: float) -> str:
    return "twice" if abs(ratio - 2) < 0.05 else f"{ratio:.1f} times"
