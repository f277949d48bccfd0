from collections import deque
from collections.abc import Callable
from enum import StrEnum
from threading import Lock, Thread

from textual.message import Message

WAKE_SECONDS = 0.5
"""How often `wait` wakes, so that signals are handled."""


class Lane(StrEnum):
    """The words name it in error messages."""

    LOADING = "data and TensorFlow"
    READING = "reading the notebook"
    EDITING = "editing the notebook"
    WATCHING = "watching runs"
    TRAINING = "training"
    EXPORTING = "export"
    RECOVERING = "recovering runs"
    CLUES = "clues"
    PREFLIGHT = "preflight"


WRITING = frozenset({Lane.EDITING, Lane.EXPORTING, Lane.RECOVERING})
"""These write files: the program does not end before they are done. It leaves the others, which may take long."""


class WorkFailed(Message):
    def __init__(self, lane: Lane, error: Exception) -> None:
        super().__init__()
        self.lane = lane
        self.error = error


class Background:
    """Runs functions in a thread for each lane; `report` gets their errors, in that thread."""

    def __init__(self, report: Callable[[Lane, Exception], object]) -> None:
        self._report = report
        self._lock = Lock()
        self._waiting: dict[Lane, deque[Callable[[], object]]] = {lane: deque() for lane in Lane}
        self._threads: dict[Lane, Thread] = {}

    def run(self, lane: Lane, work: Callable[[], object], *, replace: bool = False) -> bool:
        """Run a function after those of its lane; `replace` drops those that wait. Return whether it begins at once."""
        with self._lock:
            if replace:
                self._waiting[lane].clear()
            self._waiting[lane].append(work)
            if lane in self._threads:
                return False
            # Not one of Textual's workers: it would wait for them on leaving, and cannot outlive its screen.
            thread = Thread(target=self._work, args=(lane,), name=lane, daemon=lane not in WRITING)
            self._threads[lane] = thread
            thread.start()
            return True

    def busy(self, lane: Lane) -> bool:
        return lane in self._threads

    def wait(self, lane: Lane) -> None:
        # Python may deliver a signal to another thread, which does not wake this one: wake regularly.
        while (thread := self._threads.get(lane)) is not None:
            thread.join(WAKE_SECONDS)

    def _work(self, lane: Lane) -> None:
        while (work := self._next(lane)) is not None:
            try:
                work()
            except Exception as error:
                self._report(lane, error)

    def _next(self, lane: Lane) -> Callable[[], object] | None:
        with self._lock:
            if self._waiting[lane]:
                return self._waiting[lane].popleft()
            del self._threads[lane]
            return None
