"""The app in a terminal of 120×40: trainings, keys, first paint and bytes, each against what it is measured by.

    PYTHONPATH=tests python tests/benchmarks/app.py [PART...]

The parts are `training keys importing paint bytes`; all of them unless some are named. Real data, from the folder that
FMNIST_TUI_DATA names or where the program finds it. The terminal is a pty that is read at once; what it would show is
worked out only where that is looked at, for it takes a part of the cores that are measured.
"""

import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from signal import SIGTERM
from statistics import median
from tempfile import TemporaryDirectory

from terminal import LATER_EPOCH, Terminal

from fmnist_tui.engine.environment import machine
from fmnist_tui.lab.notebook.file import NotebookFile

PROGRAM = (sys.executable, "-c", "from fmnist_tui.cli import main; main()")
BARE = (
    sys.executable,
    "-c",
    "from textual.app import App\nfrom textual.widgets import Label\n"
    "class Bare(App):\n    def compose(self):\n        yield Label('a label')\nBare().run()",
)
"""A Textual app with one label."""

WIDE = "512-512"
"""What is trained while keys are pressed and bytes counted."""
ROUNDS = 3
TRAININGS = 5
"""How often each side is trained: trainings differ more than what they are compared for."""
CURSOR = "▸"
"""What marks the editor's row."""
PRESSES = 300
PAUSE = 0.05
"""Seconds between an answer and the next key."""
LOOK = 0.1
"""Seconds between two looks at what is waited for, at most."""
LEAVING = 3.0
"""Seconds without a word, after which the program has left or never will."""
SECONDS = 10.0
"""How long bytes are counted."""


class Watched(Terminal):
    """A terminal whose every byte has its time."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        super().__init__(command, folder, columns=120, rows=40)
        self._child.delaybeforesend = None  # which is there for people's passwords

    def seconds_until(
        self, holds: Callable[["Watched"], bool], key: str = "", sign: bytes = b"", most: float = 60.0
    ) -> float:
        """Press a key, if one is given, and return how long it takes until the screen is as wanted.

        The screen is drawn only when a sign has come that it cannot be as wanted without: what comes before the sign
        would else keep what comes after it waiting.
        """
        began = time.perf_counter()
        if key:
            self.press(key)
        undrawn = b""
        while chunk := self._read_bytes(began + most - time.perf_counter()):
            came = time.perf_counter()
            undrawn += chunk
            if sign in undrawn:
                self._draw(undrawn)
                undrawn = b""
                if holds(self):
                    return came - began
        raise TimeoutError(self.text)

    def pass_over(self, until: Callable[[], bool], most: float = 120.0) -> None:
        """Read what comes, and forget it, until something holds."""
        deadline = time.perf_counter() + most
        while not until():
            if time.perf_counter() > deadline:
                raise TimeoutError(self.text)
            self._read_bytes(LOOK)

    def margin(self, columns: int) -> list[str]:
        """Return the first columns of each row, which takes a small part of the time of whole rows."""
        rows = (self._screen.buffer[row] for row in range(self._screen.lines))
        return ["".join(row[column].data for column in range(columns)) for row in rows]

    def end(self) -> None:
        """End the program softly, its training with it: the loss of its terminal would not."""
        with suppress(OSError):
            os.killpg(os.tcgetpgrp(self._child.child_fd), SIGTERM)
            while self.take(LEAVING) is not None:
                pass

    def take(self, seconds: float) -> float | None:
        """Take what comes, and return when it came; None where nothing came in that time."""
        chunk = self._read_bytes(seconds)
        if chunk is None:
            return None
        now = time.perf_counter()
        self._draw(chunk)
        return now

    def _draw(self, sent: bytes) -> None:
        self.output += sent
        self._stream.feed(sent)

    def _read_bytes(self, seconds: float) -> bytes | None:
        """Return what comes, or None where nothing came in that time."""
        fd = self._child.child_fd
        return os.read(fd, 65_536) if select.select([fd], [], [], max(seconds, 0.0))[0] else None


def data() -> list[str]:
    """Return the options by which the program finds the real data."""
    found = os.environ.get("FMNIST_TUI_DATA")
    return ["--dataset", "fashion-mnist", *(["--data", found] if found else [])]


Prepare = Callable[[Path], object]
"""What is done with the folder before."""


@contextmanager
def opened(command: Sequence[str], prepare: Prepare = lambda _: None) -> Iterator[tuple[Watched, Path]]:
    """Open a command in a terminal and in a folder of its own."""
    with TemporaryDirectory() as name:
        prepare(Path(name))
        with Watched(command, Path(name)) as terminal:
            try:
                yield terminal, Path(name)
            finally:
                terminal.end()


@contextmanager
def training(shorthand: str, epochs: str, prepare: Prepare = lambda _: None) -> Iterator[tuple[Watched, Path]]:
    """Have the app train a network."""
    with ready(shorthand, epochs, prepare=prepare) as (terminal, folder):
        terminal.press("t")
        yield terminal, folder


@contextmanager
def ready(
    shorthand: str, epochs: str, seeds: str = "1", *, prepare: Prepare = lambda _: None
) -> Iterator[tuple[Watched, Path]]:
    """Have the app ready to train a network."""
    with opened((*PROGRAM, *data()), prepare) as (terminal, folder):
        terminal.wait_for("▸ 2 dense 64")
        terminal.press("A")
        terminal.wait_for("─ shorthand ─")
        terminal.press("\x15")
        terminal.wait_for("no architecture")
        terminal.press(*shorthand, "enter")
        terminal.wait_for(rf"━ {shorthand} ━┛")
        for name, value in (("epochs", epochs), ("repeats", seeds)):
            row = next(place for place, line in enumerate(terminal.rows) if name in line)
            while (at := cursor_row(terminal)) != row:
                terminal.seconds_until(has_moved_from(at), "down" if at < row else "up")
            terminal.press("enter", "\x15", *value, "enter")
        terminal.wait_for("ready · Fashion-MNIST")
        yield terminal, folder


def compare_trainings() -> None:
    """Seconds of a training in the app and by command, as each records them, both in a terminal."""
    print("training, 10 epochs   by command   in the app   ratio")
    for shorthand in ("16", "512"):
        ours, theirs = [], []
        for _ in range(TRAININGS):
            with opened((*PROGRAM, "train", shorthand, *data())) as (terminal, folder):
                theirs.append(recorded_seconds(terminal, folder))
            with training(shorthand, "10") as (terminal, folder):
                ours.append(recorded_seconds(terminal, folder))
        print(f"{shorthand:<21} {median(theirs):>9.2f}s  {median(ours):>9.2f}s  {median(ours) / median(theirs):>5.2f}×")


def recorded_seconds(terminal: Watched, folder: Path) -> float:
    """Wait until a training is recorded, and return how long it took."""
    notebook = folder / "experiments.toml"
    terminal.pass_over(lambda: notebook.exists() and b"[[run]]" in notebook.read_bytes())
    return NotebookFile(notebook).read().runs[0].seconds


def cursor_row(terminal: Watched) -> int:
    """Return the row of the editor's cursor, -1 for none."""
    return next((place for place, line in enumerate(terminal.margin(8)) if CURSOR in line), -1)


def has_moved_from(row: int) -> Callable[[Watched], bool]:
    """Return what says whether the cursor is in another row."""
    return lambda seen: cursor_row(seen) not in (row, -1)


def press_keys(terminal: Watched, count: int, until: Callable[[], bool]) -> list[float]:
    """Move the cursor up and down, and return how long each step took to show."""
    taken: list[float] = []
    for key in cycle(("down", "down", "up", "up")):
        if len(taken) >= count or until():
            return taken
        before = cursor_row(terminal)
        taken.append(terminal.seconds_until(has_moved_from(before), key, CURSOR.encode()))
        rest = time.perf_counter() + PAUSE
        while (left := rest - time.perf_counter()) > 0:
            terminal.take(left)
    return taken


def tell_keys(when: str, taken: list[float], idle: float | None = None) -> float:
    """Print how long keys took, and the ratio to an idle app; return the seconds that 99 % of them did not exceed."""
    taken = sorted(taken)
    p99 = taken[min(int(len(taken) * 0.99), len(taken) - 1)]
    figures = "  ".join(f"{each * 1_000:.0f} ms" for each in (median(taken), p99, taken[-1]))
    ratio = f"; p99 ÷ idle {p99 / idle:.1f}" if idle else ""
    print(f"key to screen {when}, {len(taken)} keys: p50, p99, worst  {figures}{ratio}")
    return p99


def time_keys() -> None:
    """Keys before a wide network is trained and meanwhile: with one seed, and with two side by side."""
    for seeds in ("1", "2"):
        with ready(WIDE, "1000", seeds) as (terminal, _):
            idle = tell_keys("without work", press_keys(terminal, PRESSES, lambda: False))
            terminal.press("t")
            terminal.wait_for(f"epoch {LATER_EPOCH}/", seconds=120)
            tell_keys(f"while training {WIDE}, seeds: {seeds}", press_keys(terminal, PRESSES, lambda: False), idle)


def time_keys_importing() -> None:
    """Keys from the first paint on, while TensorFlow is imported."""
    with opened((*PROGRAM, *data())) as (terminal, _):
        terminal.wait_for("▸ 2 dense 64")
        tell_keys("while importing", press_keys(terminal, 10_000, lambda: "ready ·" in terminal.text))


def compare_paint() -> None:
    """Seconds from the start of the process to what is first drawn, every module compiled and read before."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    ours, bare = [], []
    for _ in range(2 * ROUNDS + 2):
        bare.append(first_paint(BARE, "a label"))
        ours.append(first_paint((*PROGRAM, *data()), "dense 64"))
    label, app = median(bare[1:]), median(ours[1:])
    print(f"first paint: a label {label:.3f} s, the app {app:.3f} s, ratio {app / label:.2f}×")


def first_paint(command: Sequence[str], words: str) -> float:
    """Return the seconds from the start of a command to the bytes that draw some words."""
    began = time.perf_counter()
    with opened(command) as (terminal, _):
        return time.perf_counter() - began + terminal.seconds_until(lambda seen: words in seen.text)


def count_bytes() -> None:
    """Bytes a second to the terminal while a wide network and a narrow one are trained."""
    for shorthand in (WIDE, "16"):
        with training(shorthand, "1000") as (terminal, _):
            terminal.wait_for(f"epoch {LATER_EPOCH}/", seconds=120)
            before, end = len(terminal.output), time.perf_counter() + SECONDS
            while (left := end - time.perf_counter()) > 0:
                terminal.take(left)
            came = (len(terminal.output) - before) / SECONDS
            print(f"bytes a second while training {shorthand}: {came / 1_000:.1f} kB")


PARTS = {
    "paint": compare_paint,
    "importing": time_keys_importing,
    "keys": time_keys,
    "bytes": count_bytes,
    "training": compare_trainings,
}

if __name__ == "__main__":
    print(machine())
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
        sys.stdout.flush()
