import math
from collections.abc import Sequence
from itertools import pairwise


def spaced(count: int, most: int) -> list[int]:
    """Return at most `most` (2 or more) evenly spaced indices, both ends included."""
    if count <= most:
        return list(range(count))
    return [round(step * (count - 1) / (most - 1)) for step in range(most)]


def extremes(values: Sequence[float], parts: int, largest: float = math.inf) -> set[int]:
    """Return the indices of the first and last value and of each part's minimum and maximum.

    This "min-max" decimation, as in oscilloscopes, keeps every spike. NaN and magnitudes from `largest` on are ignored.
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
