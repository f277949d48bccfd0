"""What a training tells about itself while it runs, and what a person can tell it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.lab.records.run import Curves

LONGEST_WAIT = 0.2
"""Seconds until a paused training looks at its flags again, should a pause and a stop have crossed."""


class Phase(StrEnum):
    """What a training is doing, in the words that a person reads."""

    LOADING = "loading TensorFlow"
    COMPILING = "compiling"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    TESTING = "testing"


@dataclass(frozen=True, slots=True)
class Point:
    """Running training figures within an epoch."""

    epoch: float
    """How far training is, in epochs: 2.5 is half way through the third."""
    accuracy: float
    loss: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one training is: a whole progress, so that only the latest is worth keeping."""

    phase: Phase
    epochs: int
    """How many epochs are planned."""
    curves: Curves = field(default_factory=Curves)
    """The epochs that are finished."""
    points: tuple[Point, ...] = ()
    """The running figures of the epoch at work; empty between epochs."""
    images_per_second: float | None = None
    """ActiveRun images a second over the last steps, without compiling and validation; None while unknown."""
    seconds_left: float | None = None
    """Until the last epoch's end, from the settled rate; None while unknown."""
    learning_rate: float | None = None
    """The optimizer's, as it is now; None before there is one."""

    @property
    def epoch(self) -> float:
        """How far training is, in epochs."""
        return self.points[-1].epoch if self.points else float(self.curves.epochs)


Sink = Callable[[Progress], None]
"""Takes each progress of a training, in the training's own thread; must be quick."""


class Control:
    """The flags by which another thread steers a training; each is safe to set at any time."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._stop_at_epoch_end = threading.Event()
        self._go_on = threading.Event()
        self._go_on.set()

    def stop(self) -> None:
        """Stop at the next step and keep what there is; wakes a paused training."""
        self._stop.set()
        self._go_on.set()

    def stop_at_epoch_end(self) -> None:
        """Stop when the epoch at work is finished and validated; wakes a paused training."""
        self._stop_at_epoch_end.set()
        self._go_on.set()

    def pause(self) -> None:
        """Wait at the next step until `resume`, unless a stop was asked for."""
        if not self.stopping:
            self._go_on.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._go_on.set()

    @property
    def stopping_now(self) -> bool:
        """Whether training is to stop at the next step."""
        return self._stop.is_set()

    @property
    def stopping(self) -> bool:
        """Whether training is to stop, now or at the end of the epoch."""
        return self._stop.is_set() or self._stop_at_epoch_end.is_set()

    @property
    def paused(self) -> bool:
        """Whether training waits."""
        return not self._go_on.is_set() and not self.stopping

    def wait_while_paused(self, look: Callable[[], object] = lambda: None) -> float:
        """Return at once, or when a paused training is to go on or to stop: how many seconds that took.

        Args:
            look: called a few times a second meanwhile; may set the flags.
        """
        began = running_clock.seconds()
        while self.paused:
            self._go_on.wait(timeout=LONGEST_WAIT)
            look()
        return running_clock.seconds() - began
