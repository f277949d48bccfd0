"""Where the seconds of a training went, for `train --profile`.

Parts may lie within each other; each second counts for the innermost. Without a profile `timed` measures nothing.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final, Literal, get_args

Part = Literal["import", "data", "compile", "epochs", "validation", "test", "record"]

PARTS: Final[tuple[Part, ...]] = get_args(Part)


class Profile:
    """Times the thread that trains; `clock` returns seconds of wall time.

    What passed since `began` counts as `import`.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        began: float | None = None,
    ) -> None:
        self._clock = clock
        self._since = clock()
        """When the seconds were counted last."""
        self._open: list[Part] = []
        self._seconds: dict[Part, float] = dict.fromkeys(PARTS, 0.0)
        self._rest = 0.0
        if began is not None:
            self._seconds["import"] = self._since - began

    def begin(self, part: Part) -> None:
        self._count()
        self._open.append(part)

    def end(self) -> None:
        self._count()
        self._open.pop()

    @contextmanager
    def part(self, part: Part) -> Iterator[None]:
        depth = len(self._open)
        self.begin(part)
        try:
            yield
        finally:
            self._count()
            del self._open[depth:]  # an error within may have left parts open

    def take(self) -> dict[str, float]:
        """Return the seconds of each part, of the `rest` and of the `whole`, since the last call; count anew."""
        self._count()
        taken: dict[str, float] = {part: self._seconds[part] for part in PARTS} | {"rest": self._rest}
        taken["whole"] = sum(taken.values())
        self._seconds.update(dict.fromkeys(PARTS, 0.0))
        self._rest = 0.0
        return taken

    def _count(self) -> None:
        now = self._clock()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        else:
            self._rest += now - self._since
        self._since = now


_active: list[Profile] = []


@contextmanager
def profiling(wanted: bool) -> Iterator[Profile | None]:
    """Profile this process from its start, if that is wanted; all until now counts as `import`."""
    if not wanted:
        yield None
        return
    profile = Profile(began=time.perf_counter() - seconds_since_start())
    _active.append(profile)
    try:
        yield profile
    finally:
        _active.remove(profile)


def active_profile() -> Profile | None:
    return _active[-1] if _active else None


def timed(part: Part) -> AbstractContextManager[None]:
    profile = active_profile()
    return profile.part(part) if profile else nullcontext()


def seconds_since_start(state: Path = Path("/proc/self/stat")) -> float:
    """Return how long ago this process was started, to a hundredth; 0 where the system does not say."""
    try:
        fields = state.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return max(time.clock_gettime(time.CLOCK_BOOTTIME) - started, 0.0)
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
