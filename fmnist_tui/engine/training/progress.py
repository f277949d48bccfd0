import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.lab.records.run import Curves

WARMUP_STEPS = 2
"""First steps that are not counted: they compile and warm up."""

WINDOW = 50


class Pace:
    """The rate over the last steps, without pauses and the `unsettled` first steps."""

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


MAX_WAIT = 0.2
"""Most seconds until a paused training reads its flags again, in case pause and stop were set at once."""


class Phase(StrEnum):
    WAITING = "waiting for a worker"
    FETCHING = "fetching the images"
    LOADING = "loading TensorFlow"
    COMPILING = "compiling"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    TESTING = "testing"

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a worker, or for the images on one."""
        return self in (Phase.WAITING, Phase.FETCHING)

    @property
    def is_timed(self) -> bool:
        """Whether it shows its seconds, for want of a measure of progress."""
        return self in (Phase.FETCHING, Phase.LOADING)

    @property
    def is_start(self) -> bool:
        """Whether it comes before the first epoch."""
        return self.is_waiting or self in (Phase.LOADING, Phase.COMPILING)


@dataclass(frozen=True, slots=True)
class Point:
    epoch: float
    """Position in epochs: 2.5 is half way through the third."""
    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Each progress is complete, so only the latest is needed."""

    phase: Phase
    epochs: int
    curves: Curves = field(default_factory=Curves)
    points: tuple[Point, ...] = ()
    """Metrics within the current epoch; empty between epochs."""
    images_per_second: float | None = None
    """Training rate over the last steps, without compiling and validation; None while unknown."""
    seconds_left: float | None = None
    """Until the end of the last epoch; None while unknown."""
    learning_rate: float | None = None
    """None before the model is built."""

    @property
    def epoch(self) -> float:
        """Finished epochs, with the fraction of the current one."""
        return self.points[-1].epoch if self.points else float(self.curves.epochs)


Sink = Callable[[Progress], None]
"""Called with each progress, in the training's thread; must return quickly."""


def ignore_progress(progress: object) -> None:
    """Discard progress."""


class Control:
    """Flags by which other threads stop and pause a training."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._stop_at_epoch_end = threading.Event()
        self._not_paused = threading.Event()
        self._not_paused.set()

    def stop(self) -> None:
        """Stop after the current step and keep the result; ends a pause."""
        self._stop.set()
        self._not_paused.set()

    def stop_at_epoch_end(self) -> None:
        """Stop after the current epoch and its validation; ends a pause."""
        self._stop_at_epoch_end.set()
        self._not_paused.set()

    def pause(self) -> None:
        """Pause after the current step, unless the training is stopping."""
        if not self.stopping:
            self._not_paused.clear()

    def resume(self) -> None:
        self._not_paused.set()

    @property
    def stopping_now(self) -> bool:
        return self._stop.is_set()

    @property
    def stopping(self) -> bool:
        """Whether to stop, after the current step or epoch."""
        return self._stop.is_set() or self._stop_at_epoch_end.is_set()

    @property
    def paused(self) -> bool:
        return not self._not_paused.is_set() and not self.stopping

    def wait_while_paused(self, look: Callable[[], object] = lambda: None) -> float:
        """Return the seconds waited; `look` is called meanwhile and may set the flags."""
        began = running_clock.seconds()
        while self.paused:
            self._not_paused.wait(timeout=MAX_WAIT)
            look()
        return running_clock.seconds() - began
