"""Milliseconds that a key of the history takes, and how soon the app can be used, with 10,000 runs.

    python tests/benchmarks/history_screen.py

Opens the app on made-up notebooks of 10,000 runs, as 2,000 experiments of five seeds and as 10,000 of one, presses
keys and prints, for each, the median and the slowest time until the screen is drawn. The longest time for which
the screen stood still while the notebook was read is printed too, and what the search for garbage took at the most:
it may fall into any gesture.
"""

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from history import many_groups

from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.migration import HEADER
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.history.filter_line import FilterLine
from fmnist_tui.tui.history.table import HistoryTable
from fmnist_tui.tui.history.typed_filter import as_typed, before_fault

RUNS = 10_000
ROUNDS = 25
BEAT = 0.01
"""Seconds between two looks at whether the screen lives."""

Gesture = Callable[[], Coroutine[None, None, object]]

GESTURES = {
    "cursor down": ("move(1)",),
    "a page down": ("page(1)",),
    "to the last row, to the first": ("move(1000000)", "move(-1000000)"),
    "unfold, fold": ("fold",),
    "sort by the next column": ("sort_beside(1)",),
    "turn the order round": ("reverse",),
    "unfold all, fold all": ("fold_all",),
}
"""Actions of the table, done in turn."""

UNFOLDED = ("a page down", "sort by the next column", "turn the order round")
"""What is measured once more with all runs unfolded."""

FILTERS = ("acc>0.87 params<60k", "depth=2", "foo>1 or starred")
"""What is typed, letter by letter."""


def main() -> None:
    """Print a table for each shape of notebook."""
    for seeds in (5, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            path = Path("experiments.toml")
            write(path, seeds)
            print(f"\n{RUNS // seeds:,} experiments of {seeds} run(s), {path.stat().st_size / 1e6:.0f} MB")
            asyncio.run(measured(path))


def write(path: Path, seeds: int) -> None:
    """Write a made-up notebook."""
    plans, runs = [], []
    for number, group in enumerate(many_groups(RUNS // seeds, seeds)):
        if group.plan:
            plans.append(record_text("experiment", experiment_record(group.plan)))
        renamed = (replace(run, id=f"r{number}x{run.seed}") for run in group.runs)
        runs += [record_text("run", run_record(run)) for run in renamed]
    path.write_text(HEADER + "".join(plans + runs), encoding="utf-8")


async def measured(path: Path) -> None:
    """Open the app and print what a person waits for."""
    began = time.perf_counter()
    app = LabApp(path, "synthetic")
    async with app.run_test(size=(140, 45)) as pilot:
        print(f"  the screen stands after   {time.perf_counter() - began:6.2f} s")
        still = await longest_stillness(app)
        print(f"  the history is there after{time.perf_counter() - began:6.2f} s")
        print(f"  longest stillness until then {1_000 * still:5.0f} ms")
        while "ready" not in app.main.training.summary or app.reader.busy:
            await pilot.pause(0.1)
        await pilot.press("tab", "tab", "f")
        table = app.main.history.table
        longest_search = watch_the_search()
        for name in GESTURES:
            await told(name, app, *actions(table, name))
        if not table.view.unfolded:
            await table.run_action("fold_all")
        for name in UNFOLDED:
            await told(f"{name}, all unfolded", app, *actions(table, name))
        await table.run_action("fold_all")
        line = app.main.history.query_one(FilterLine)
        for words in FILTERS:
            letters = [words[:end] for end in range(1, len(words) + 1)] * 3
            await pilot.press("slash")
            await told(f"a letter of {words}", app, *[partial(typed, line, table, letter) for letter in letters])
            await pilot.press("escape")
        print(f"  the search for garbage took at most {1_000 * longest_search():.0f} ms")
    assert NotebookFile(path).read().runs


async def longest_stillness(app: LabApp) -> float:
    """Wait until the history is there; return the longest time in which nothing else could happen."""
    longest, last = 0.0, time.perf_counter()
    while not app.main.history.table.view.groups:
        assert app.notebook_problem is None, app.notebook_problem
        await asyncio.sleep(BEAT)
        now = time.perf_counter()
        longest, last = max(longest, now - last - BEAT), now
    return longest


def watch_the_search() -> Callable[[], float]:
    """Time each search for garbage from now on; return what tells the longest, in seconds."""
    began, longest = 0.0, 0.0

    def look(phase: str, _: dict[str, int]) -> None:
        nonlocal began, longest
        if phase == "start":
            began = time.perf_counter()
        else:
            longest = max(longest, time.perf_counter() - began)

    gc.callbacks.append(look)
    return lambda: longest


def actions(table: HistoryTable, name: str) -> list[Gesture]:
    """Return the rounds of a gesture."""
    return [partial(table.run_action, action) for action in islice(cycle(GESTURES[name]), ROUNDS)]


async def typed(line: FilterLine, table: HistoryTable, text: str) -> None:
    """Have a filter stand in the line, and wait until the table is filtered by what is understood of it."""
    try:
        understood = as_typed(text)
    except FilterError as error:
        understood = before_fault(text, error)
    line.input.value = text
    while table.view.filter.text != understood.text:
        await asyncio.sleep(0)


async def told(name: str, app: LabApp, *gestures: Gesture) -> None:
    """Print how long it takes from each gesture until the screen is drawn."""
    taken = []
    for gesture in gestures:
        drawn = asyncio.Event()
        began = time.perf_counter()
        await gesture()
        app.main.history.table.call_after_refresh(drawn.set)
        await drawn.wait()
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.1)
    print(f"  {name:<40} {1_000 * median(taken):7.1f} {1_000 * max(taken):7.1f}")


if __name__ == "__main__":
    main()
