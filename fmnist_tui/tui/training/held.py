"""Trainings of this process that are paused for something else, and go on afterwards."""

from collections.abc import Callable, Sequence

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Control, Phase


class HeldTrainings:
    """Pauses what trains here and was not paused by the user; call it from one thread.

    Compiling and testing have no steps at which to pause: ask `pause` again until it says that all wait.
    """

    def __init__(self, active: Callable[[], Sequence[ActiveRun]]) -> None:
        self._active = active
        self._held: list[Control] = []

    def pause(self) -> bool:
        """Pause what is not paused; return whether everything waits."""
        active = self._active()
        for control in (training.control for training in active):
            if not control.paused and not control.stopping:
                control.pause()
                self._held.append(control)
        return all(training.progress.phase is Phase.PAUSED for training in active)

    def resume(self) -> None:
        while self._held:
            self._held.pop().resume()
