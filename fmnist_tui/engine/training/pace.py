"""How fast a training goes, once it has settled."""

from collections import deque
from collections.abc import Callable

from fmnist_tui.engine.clock import running_clock

UNSETTLED = 2
"""Steps that are not counted: the first compiles, the second still warms up."""

WINDOW = 50
"""Steps that the rate looks back on."""


class Pace:
    """The rate of a training, from the time spent within its steps: pauses and compiling do not count.

    Args:
        unsettled: how many first steps are not counted.
        clock: tells seconds.
    """

    def __init__(self, unsettled: int = UNSETTLED, clock: Callable[[], float] = running_clock.seconds) -> None:
        self._unsettled = unsettled
        self._clock = clock
        self._began = 0.0
        self._steps = 0
        self._settled: deque[tuple[int, float]] = deque(maxlen=WINDOW)

    def begin(self) -> None:
        """Note that a step begins."""
        self._began = self._clock()

    def end(self, images: int) -> None:
        """Note that the step has trained that many images."""
        seconds = self._clock() - self._began
        self._steps += 1
        if self._steps > self._unsettled:
            self._settled.append((images, seconds))

    @property
    def images_per_second(self) -> float | None:
        """The rate over the last steps; None until it has settled."""
        seconds = sum(each for _, each in self._settled)
        return sum(images for images, _ in self._settled) / seconds if seconds > 0 else None
