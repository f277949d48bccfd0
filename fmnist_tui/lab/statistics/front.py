"""The front of accuracy against cost, and its knee, where paying more stops paying."""

import math
from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """Return the indexes of the (cost, accuracy) points that no other dominates (Pareto), the cheapest first.

    Of equal points the first counts.
    """
    chosen: list[int] = []
    best = -math.inf
    for place in sorted(range(len(points)), key=lambda place: (points[place][0], -points[place][1], place)):
        if points[place][1] > best:
            best = points[place][1]
            chosen.append(place)
    return tuple(chosen)


def knee(points: Sequence[tuple[float, float]]) -> int | None:
    """Return the index of the point of a front farthest above the line from its first to its last point, if any.

    Both axes are scaled to 0…1, costs by their logarithm (Satopää et al. 2011, Finding a "Kneedle" in a Haystack).
    Costs are above 0; costs and accuracies rise.
    """
    if len(points) < 3:
        return None
    (first, low), (last, high) = points[0], points[-1]

    def above(point: tuple[float, float]) -> float:
        return (point[1] - low) / (high - low) - math.log(point[0] / first) / math.log(last / first)

    heights = [above(point) for point in points]
    highest = max(heights)
    return heights.index(highest) if highest > 1e-9 else None
