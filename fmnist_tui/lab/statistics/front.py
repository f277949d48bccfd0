"""The front of accuracy against cost, and its knee, where paying more stops paying."""

import math
from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Return the indexes of the points that no other point dominates, the cheapest first.

    A point dominates another if it costs no more and is no worse, and is better in one of the two (Pareto). Of equal
    points the first counts.

    Args:
        points: (cost, accuracy) pairs.
    """
    chosen: list[int] = []
    best = -math.inf
    for place in sorted(range(len(points)), key=lambda place: (points[place][0], -points[place][1], place)):
        if points[place][1] > best:
            best = points[place][1]
            chosen.append(place)
    return tuple(chosen)


def knee(points: Sequence[tuple[float, float]]) -> int | None:
    """Return the index of the knee of a front: the point farthest above the line from its first to its last point.

    Both axes are scaled to 0…1, costs by their logarithm, as doublings are what one pays for (Satopää et al. 2011,
    Finding a "Kneedle" in a Haystack). None for fewer than three points, or where none lies above the line.

    Args:
        points: a front as (cost, accuracy), costs above 0 and rising, accuracies rising.
    """
    if len(points) < 3:
        return None
    (first, low), (last, high) = points[0], points[-1]

    def above(point: tuple[float, float]) -> float:
        return (point[1] - low) / (high - low) - math.log(point[0] / first) / math.log(last / first)

    heights = [above(point) for point in points]
    highest = max(heights)
    return heights.index(highest) if highest > 1e-9 else None
