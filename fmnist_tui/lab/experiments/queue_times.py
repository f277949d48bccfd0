"""Estimate when each training of a queue begins and ends.

Trainings at once share a machine evenly, so that all advance alike: processor sharing, as in queueing theory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

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

    def slowdown(self, active: int, sharing: float) -> float:
        """Return how many times as long each of `active` trainings takes as one alone; `sharing` as in `Speed`."""
        beside = 1 if self.apart else max(active, self.threads)
        return beside * sharing if beside > 1 else 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """In seconds from now."""

    begin: float
    end: float


def queue_times(
    active: Sequence[float], waiting: Sequence[tuple[Recipe, float]], lanes: Lanes, sharing: float
) -> list[Span]:
    """Return when each training begins and ends, first the active ones, then those that wait, in order.

    Args:
        active: the seconds that are left of each, as long as all of them run.
        waiting: the recipe of each, and the seconds that it takes alone.
        lanes: where they run.
        sharing: as in `Speed`.
    """
    slowdown = lanes.slowdown(len(active), sharing)
    ahead = [(left / slowdown, place) for place, left in enumerate(active)]
    heapify(ahead)
    spans = [Span(0.0, 0.0)] * (len(active) + len(waiting))
    now = advanced = 0.0  # seconds from now; and what each of those at once has advanced, in seconds of one alone
    place, recipe = len(active), None
    while ahead or place < len(spans):
        while place < len(spans) and (not ahead or len(ahead) < lanes.number):
            next_recipe, seconds = waiting[place - len(active)]
            if ahead and lanes.one_recipe and recipe not in (None, next_recipe):
                break
            recipe = next_recipe
            spans[place] = Span(now, now)
            heappush(ahead, (advanced + seconds, place))
            place += 1
        slowdown = lanes.slowdown(len(ahead), sharing)
        until, ended = heappop(ahead)
        now += (until - advanced) * slowdown
        advanced = until
        spans[ended] = Span(spans[ended].begin, now)
    return spans
