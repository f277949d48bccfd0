"""The screens inside a network of 512 units, in a terminal of 120×40: opening, and keys while 512-512 is trained.

    PYTHONPATH=tests python tests/benchmarks/inside.py [PART...]

The parts are `opening keys`; both unless one is named. Real data, from the folder that FMNIST_TUI_DATA names or where
the program finds it. Cold is the first time in a process, warm the later ones.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median

from app import CURSOR, PAUSE, PROGRAM, WIDE, Watched, data, opened, tell_keys, training
from terminal import LATER_EPOCH

from fmnist_tui.engine.environment import machine

SHOWN = "512"
PROCESSES = 3
WARM = 8
PRESSES = 100


def one_run(folder: Path) -> None:
    """Train the network that is looked into."""
    command = (*PROGRAM, "train", SHOWN, "--epochs", "1", "--name", "wide", *data())
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def row_of(terminal: Watched, row: int) -> str:
    line = terminal._screen.buffer[row]
    return "".join(line[column].data for column in range(terminal._screen.columns))


def pictures_stand(terminal: Watched) -> bool:
    return "near 0" in row_of(terminal, 1)


def goes_to_history(terminal: Watched) -> None:
    terminal.press("3")
    terminal.wait_for("3 History ━")


def time_opening() -> None:
    """Seconds from the key to the pictures, and to the figures of all units."""
    cold: list[float] = []
    cold_figures: list[float] = []
    warm: list[float] = []
    warm_figures: list[float] = []
    for _ in range(PROCESSES):
        with opened((*PROGRAM, *data()), one_run) as (terminal, _):
            terminal.wait_for("ready · Fashion-MNIST", seconds=120)
            goes_to_history(terminal)
            for number in range(1 + WARM):
                began = time.perf_counter()
                taken = terminal.seconds_until(pictures_stand, "I", b"near 0")
                terminal.wait_for("units: ")
                figures = time.perf_counter() - began
                (warm if number else cold).append(taken)
                (warm_figures if number else cold_figures).append(figures)
                terminal.press("escape")
                terminal.wait_for("3 History ━")
    print(f"opening the units screen of {SHOWN}        cold median, worst     warm median, worst")
    for what, first, later in (("to its pictures", cold, warm), ("to the figures too", cold_figures, warm_figures)):
        words = (f"{median(each):.3f} s  {max(each):.3f} s" for each in (first, later))
        print(f"{what:<34}" + "     ".join(words))


def differs(state: Callable[[Watched], object], terminal: Watched) -> Callable[[Watched], bool]:
    """Return what says whether a state is another than now."""
    before = state(terminal)
    return lambda seen: state(seen) != before


def press_keys(terminal: Watched, state: Callable[[Watched], object], sign: bytes) -> list[float]:
    """Go right and left, and return how long each step took to show."""
    taken: list[float] = []
    for key in cycle("llhh"):
        if len(taken) >= PRESSES:
            return taken
        taken.append(terminal.seconds_until(differs(state, terminal), key, sign))
        rest = time.perf_counter() + PAUSE
        while (left := rest - time.perf_counter()) > 0:
            terminal.take(left)
    return taken


def time_keys() -> None:
    """Keys in the units screen and in the one-image screen while a wide network is trained."""
    with training(WIDE, "1000", one_run) as (terminal, _):
        terminal.wait_for(f"epoch {LATER_EPOCH}/", seconds=120)
        goes_to_history(terminal)
        terminal.press("g")
        taken = terminal.seconds_until(pictures_stand, "I", b"near 0")
        print(f"opening the units screen while training {WIDE}, cold: {taken:.3f} s")
        terminal.wait_for("units: ")
        captions = next(row for row in range(40) if f"{CURSOR}#" in row_of(terminal, row))
        keys = press_keys(terminal, lambda seen: row_of(seen, captions).find(CURSOR), CURSOR.encode())
        tell_keys(f"in the units screen while training {WIDE}", keys)
        terminal.press("I")
        terminal.wait_for("falls most|hiding any patch", seconds=60)
        keys = press_keys(terminal, lambda seen: row_of(seen, 0), b"x_train")
        tell_keys(f"in the one-image screen while training {WIDE}", keys)


PARTS = {"opening": time_opening, "keys": time_keys}

if __name__ == "__main__":
    print(machine())
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
        sys.stdout.flush()
