"""What a notebook of 10,000 runs costs against one of 10: opening, appending, recording, editing, looking.

    PYTHONPATH=tests python tests/benchmarks/notebook.py [RUNS]

AppOptions is in a process of its own, with the most memory that it held, against one that only imports.
The appends to the two notebooks take turns, and so meet the same disk and the same neighbours; each has its fsyncs.
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from group_builders import made_up_recipe
from sample_records import a_plan, a_run

from fmnist_tui.engine.environment import machine
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.toml.migration import HEADER
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

FEW, MANY = 10, 10_000
APPENDS = 200
EDITS = 3

OPENING = """
import sys, time
from pathlib import Path
from fmnist_tui.lab.notebook.file import NotebookFile
begin = time.perf_counter()
runs = len(NotebookFile(Path(sys.argv[1])).read().runs) if len(sys.argv) > 1 else 0
seconds = time.perf_counter() - begin
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(seconds, int(peak.split()[1]) / 1024)
"""


def main(many: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        small, large = notebook_of(Path(folder) / "small", FEW), notebook_of(Path(folder) / "large", many)
        size = large.path.stat().st_size / 1e6
        print(f"{machine()}; notebooks of {FEW:,} and of {many:,} runs ({size:.1f} MB)")
        opening(small, large)
        print(f"{'milliseconds':<44} {f'{FEW:,} runs':>12} {f'{many:,} runs':>12} {'ratio':>8}")
        compare("star a run", star, small, large, EDITS)
        add = appending()
        compare("append a run", add, small, large, APPENDS)
        compare("record a run: kept, appended, forgotten", record, small, large, APPENDS)
        compare("see a run that another program appended", see_another(add), small, large, APPENDS, timed_by_deed=True)
        compare("look for what is pending, nothing is", NotebookFile.pending, small, large, APPENDS)


def notebook_of(folder: Path, runs: int) -> NotebookFile:
    """Return a notebook of a plan and some runs of ten epochs, which is read."""
    folder.mkdir()
    curve = tuple(0.5 + epoch / 21 for epoch in range(10))
    recipe = made_up_recipe()
    text = [HEADER, record_text("experiment", experiment_record(a_plan()))]
    for seed in range(runs):
        run = a_run(f"r{seed}", recipe=recipe, seed=seed, curves=Curves(curve, curve, curve, curve))
        text.append(record_text("run", run_record(run)))
    path = folder / "experiments.toml"
    path.write_text("".join(text), encoding="utf-8")
    notebook = NotebookFile(path)
    notebook.read()
    return notebook


def opening(small: NotebookFile, large: NotebookFile) -> None:
    """Print how long each takes to be read, and the most memory of the process."""
    print(f"{'':<44} {'seconds':>12} {'peak MB':>12}")
    for words, arguments in (
        ("only import", []),
        ("open the small", [str(small.path)]),
        ("open the large", [str(large.path)]),
    ):
        rows = [
            [*map(float, subprocess.check_output([sys.executable, "-c", OPENING, *arguments], text=True).split())]
            for _ in range(3)
        ]
        seconds, peak = (median(column) for column in zip(*rows, strict=True))
        print(f"{words:<44} {seconds:>12.3f} {peak:>12.1f}", flush=True)


def appending() -> Callable[[NotebookFile], None]:
    """Return what appends a run of a new id each time."""
    count = iter(range(10**9))

    def append(notebook: NotebookFile) -> None:
        notebook.append_run(a_run(f"appended{next(count)}"))

    return append


def record(notebook: NotebookFile) -> None:
    notebook.record(a_run(f"recorded{time.perf_counter_ns()}"))


def star(notebook: NotebookFile) -> None:
    notebook.edit_run("r5", {"starred": not notebook.read().runs[5].starred})


def see_another(add: Callable[[NotebookFile], None]) -> Callable[[NotebookFile], float]:
    """Return what has another session append, and gives the seconds that this one takes to see it."""

    def see(notebook: NotebookFile) -> float:
        add(others.setdefault(notebook.path, NotebookFile(notebook.path)))
        begin = time.perf_counter()
        notebook.read()
        return time.perf_counter() - begin

    others: dict[Path, NotebookFile] = {}
    return see


def compare(
    words: str,
    deed: Callable[[NotebookFile], object],
    small: NotebookFile,
    large: NotebookFile,
    times: int,
    *,
    timed_by_deed: bool = False,
) -> None:
    """Print the median milliseconds of a deed on each of two notebooks, in turns, and their ratio."""
    taken: dict[NotebookFile, list[float]] = {small: [], large: []}
    gc.collect()
    for notebook in (small, large) * (times + 1):
        begin = time.perf_counter()
        own = deed(notebook)
        taken[notebook].append(own if timed_by_deed and isinstance(own, float) else time.perf_counter() - begin)
    few, many = (1_000 * median(each[1:]) for each in taken.values())  # the first warms the caches
    print(f"{words:<44} {few:>12.3f} {many:>12.3f} {many / few:>7.2f}×", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
