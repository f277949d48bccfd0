from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, accept_all
from fmnist_tui.engine.training.progress import ignore_progress
from fmnist_tui.lab.runs.folder import WEIGHTS_ALONE, Saving


def _nowhere(run_id: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """A queue, and what its trainings need wherever they are trained."""

    queue: Queue
    """May grow meanwhile."""
    show: Callable[[ActiveRun], None] = ignore_progress
    """Called at the start and with new progress, in the thread that iterates."""
    claim: Callable[[ActiveRun], str | None] = accept_all
    """Returns why a training may not begin, or None."""
    folder: Callable[[str], Path | None] = _nowhere
    """Returns a run's folder by id; None writes nothing."""
    saving: Saving = WEIGHTS_ALONE
