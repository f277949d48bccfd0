"""Long curves thinned to what a page or a screen can show."""

import math
from collections.abc import Sequence
from itertools import pairwise


def spaced(count: int, most: int) -> list[int]:
    """Return at most `most` of the places from 0 to `count - 1`, evenly spaced, the first and the last among them.

    Args:
        count: how many places there are.
        most: how many may stay, 2 at least.
    """
    if count <= most:
        return list(range(count))
    return [round(step * (count - 1) / (most - 1)) for step in range(most)]


def extremes(values: Sequence[float], parts: int, largest: float = math.inf) -> set[int]:
    """Return the places of the first and the last value and, of each part, of its lowest and its highest.

    No spike gets lost so: the "min-max" decimation of oscilloscopes.

    Args:
        values: any values.
        parts: into how many stretches of equal length they are cut.
        largest: values of this magnitude, and those that are no numbers, are no extremes.
    """
    kept = {0, len(values) - 1} if values else set()
    for start, end in pairwise(part * len(values) // parts for part in range(parts + 1)):
        part = values[start:end]
        for extreme in (min, max) if part else ():
            found = extreme(part)
            if not abs(found) < largest:
                drawable = [value for value in part if abs(value) < largest]
                if not drawable:
                    continue
                found = extreme(drawable)
            kept.add(start + part.index(found))
    return kept
