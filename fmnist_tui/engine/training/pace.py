"""The training rate in images a second."""

from collections import deque
from collections.abc import Callable

from fmnist_tui.engine.clock import running_clock

WARMUP_STEPS = 2
"""First steps that are not counted: they compile and warm up."""

WINDOW = 50


class Pace:
    """The rate of a training over its last steps, without pauses and the `unsettled` first steps."""

    def __init__(self, unsettled: int = WARMUP_STEPS, clock: Callable[[], float] = running_clock.seconds) -> None:
        self._unsettled = unsettled
        self._clock = clock
        self._began = 0.0
        self._steps = 0
        self._settled: deque[tuple[int, float]] = deque(maxlen=WINDOW)

    def begin(self) -> None:
        self._began = self._clock()

    def end(self, images: int) -> None:
        seconds = self._clock() - self._began
        self._steps += 1
        if self._steps > self._unsettled:
            self._settled.append((images, seconds))

    @property
    def images_per_second(self) -> float | None:
        """None during the first steps."""
        seconds = sum(time for _, time in self._settled)
        return sum(images for images, _ in self._settled) / seconds if seconds > 0 else None
