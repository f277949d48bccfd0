"""Estimate when each training of a queue begins and ends.

Trainings at once share a machine evenly: processor sharing, as in queueing theory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from fmnist_tui.lab.experiments.speeds import Cost
from fmnist_tui.lab.records.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many trainings run at once, and what they share."""

    number: int = 1
    """Most at once."""
    one_recipe: bool = False
    """Whether only seeds of one recipe run at once."""
    threads: int = 0
    """How many cores are divided among trainings of one thread each, which leave the others idle; 0: all use all."""
    apart: bool = False
    """Whether each has a machine of its own."""

    def cost(self, cost: Cost) -> Cost:
        return Cost(cost.alone, cost.alone) if self.apart else cost

    def seconds(self, cost: Cost, active: int) -> float:
        """Return how long a training takes while so many are active."""
        beside = max(active, self.threads)
        return cost.alone if self.apart or beside <= 1 else beside * cost.beside

    def share(self, seconds: float, cost: Cost, active: int) -> float:
        """Return how much of its cost a training advances in a time while so many are active."""
        whole = self.seconds(cost, active)
        return seconds / whole * cost.beside if whole else 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """In seconds from now."""

    begin: float
    end: float


def queue_times(
    active: Sequence[tuple[Recipe, Cost, float]], waiting: Sequence[tuple[Recipe, Cost]], lanes: Lanes
) -> list[Span]:
    """Return when each training begins and ends, first the active ones, then those that wait, in order.

    Args:
        active: the recipe of each, what it costs, and the seconds that are left of it as long as all of them run.
        waiting: the recipe of each, and what it costs.
        lanes: where they run.
    """
    recipes = [*(recipe for recipe, _, _ in active), *(recipe for recipe, _ in waiting)]
    costs = [lanes.cost(cost) for cost in (*(cost for _, cost, _ in active), *(cost for _, cost in waiting))]
    spans = [Span(0.0, 0.0)] * len(costs)
    ahead = [(lanes.share(left, costs[place], len(active)), place) for place, (_, _, left) in enumerate(active)]
    heapify(ahead)
    now = advanced = 0.0  # seconds from now; and how much of its cost each of those at once has advanced
    place = len(active)
    while ahead or place < len(spans):
        while place < len(spans) and (not ahead or len(ahead) < lanes.number):
            if ahead and lanes.one_recipe and recipes[place] != recipes[ahead[0][1]]:
                break
            spans[place] = Span(now, now)
            heappush(ahead, (advanced + costs[place].beside, place))
            place += 1
        beside = len(ahead)
        until, ended = heappop(ahead)
        left, cost = until - advanced, costs[ended]
        now += left / cost.beside * lanes.seconds(cost, beside) if cost.beside else 0.0
        advanced = until
        spans[ended] = Span(spans[ended].begin, now)
    return spans
