"""What a Dask cluster costs.

    python tests/benchmarks/cluster.py               both of the following
    python tests/benchmarks/cluster.py --compare     two workers of a local cluster against `--jobs 2`, in turn
    python tests/benchmarks/cluster.py 100 300       the progress of so many simulated workers, one after the other

The first begins with imports in the workers; that cluster stands already, as a group's does. The simulated workers
share a few processes of this machine, and their trainings only report, for half a minute. Printed are the reports
that the client showed a second, the time from a report to its display (mean, and for 99 of 100), the processor time of
the client, and the memory of client and scheduler.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

BENCHMARKS = Path(__file__).resolve().parent
TESTS = BENCHMARKS.parent
sys.path[:0] = [str(TESTS), str(BENCHMARKS)]

from distributed import Client  # noqa: E402
from fake_trainer import tiny_dataset  # noqa: E402

from fmnist_tui.engine.dataset.sources import Dataset, load  # noqa: E402
from fmnist_tui.engine.parallel.cluster.cluster import Cluster  # noqa: E402
from fmnist_tui.engine.parallel.parallelism import Parallelism  # noqa: E402
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue  # noqa: E402
from fmnist_tui.engine.parallel.trainings import Trainings  # noqa: E402
from fmnist_tui.lab.experiments.jobs import Job  # noqa: E402
from fmnist_tui.lab.notebook.file import NotebookFile  # noqa: E402
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe  # noqa: E402
from fmnist_tui.lab.records.shorthand import parse  # noqa: E402

ROUNDS = 3
SEEDS, EPOCHS = 6, 20
COUNTS = (100, 300, 1_000, 2_000)
SECONDS = 30.0
"""Length of a simulated training."""
A_PROCESS = 100
"""Simulated workers a process."""
UNWATCHED = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "60s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "60s",
}
"""What a hundred workers watch of themselves would take all of a process; the client hears nothing of it."""


def seconds(data: Dataset, cluster: Cluster | None) -> float:
    """Train all seeds two at a time, from nothing."""
    jobs = [
        Job("64-32", Recipe(parse("64-32"), Hyperparameters(epochs=EPOCHS), data.name), seed) for seed in range(SEEDS)
    ]
    with TemporaryDirectory() as folder:
        trainings = Trainings(data, NotebookFile(Path(folder) / "experiments.toml"), cluster=cluster)
        began = time.perf_counter()
        runs = list(trainings.of(Queue(jobs, Parallelism(2))))
        assert len(runs) == SEEDS
        return time.perf_counter() - began


def compare() -> None:
    data = load("auto")
    here, there = [], []

    def on_this_machine() -> None:
        here.append(seconds(data, None))

    def on_a_cluster() -> None:
        with closing(Cluster("local", local_workers=2)) as cluster:
            cluster.connect()
            there.append(seconds(data, cluster))

    print(f"{SEEDS} seeds of 64-32, {EPOCHS} epochs each\n")
    print("| round | `--jobs 2` | two workers | ÷ | load |\n|---|--:|--:|--:|--:|")
    for number in range(1, ROUNDS + 1):
        for side in (on_this_machine, on_a_cluster)[:: 1 if number % 2 else -1]:
            side()
        ratio = there[-1] / here[-1]
        print(f"| {number} | {here[-1]:.1f} s | {there[-1]:.1f} s | {ratio:.2f} | {_load():.1f} |", flush=True)
    middle = [statistics.median(side) for side in (here, there)]
    print(f"| median | {middle[0]:.1f} s | {middle[1]:.1f} s | {middle[1] / middle[0]:.2f} | |\n")


def simulate(count: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        address_file = folder / "scheduler.json"
        where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address_file))
        processes = [_start(folder, "-m", "distributed.cli.dask_scheduler", *where)]
        while not (address_file.exists() and address_file.read_text().endswith("}")):
            time.sleep(0.05)
        address = json.loads(address_file.read_text())["address"]
        try:
            for first in range(0, count, A_PROCESS):
                share = str(min(A_PROCESS, count - first))
                script = str(BENCHMARKS / "cluster_workers.py")
                processes.append(_start(folder, script, address, share, str(SECONDS)))
            with Client(address, set_as_default=False) as client:
                while len(client.nthreads()) < count:
                    time.sleep(0.2)
            _measure(address, folder, count, processes[0].pid)
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _measure(address: str, folder: Path, count: int, scheduler: int) -> None:
    lags: list[float] = []
    seen: dict[str, float | None] = {}
    reached = 0.0

    def show(training: ActiveRun) -> None:
        nonlocal reached
        made = training.progress.learning_rate
        if made is not None and made != seen.get(training.run_id):
            seen[training.run_id] = made
            lags.append(time.time() - made)
            if len(seen) == count and not reached:
                reached = time.perf_counter() - began

    recipe = Recipe(parse("8"), Hyperparameters(epochs=10), "synthetic")
    queue = Queue([Job("simulated", recipe, seed) for seed in range(count)])
    with closing(Cluster(address)) as cluster:
        trainings = Trainings(tiny_dataset(), NotebookFile(folder / "experiments.toml"), cluster=cluster)
        began, worked = time.perf_counter(), time.process_time()
        runs = len(list(trainings.of(queue, show)))
    took, work = time.perf_counter() - began, time.process_time() - worked
    lags.sort()
    print(
        f"| {count:,} | {runs:,} in {took:.0f} s | {reached:.0f} s | {len(lags) / took:,.0f} "
        f"| {sum(lags) / len(lags):.2f}, {lags[len(lags) * 99 // 100]:.1f} s | {work / took:.0%} "
        f"| {_megabytes(os.getpid())}, {_megabytes(scheduler)} MB | {_load():.1f} |",
        flush=True,
    )


def _load() -> float:
    return os.getloadavg()[0]


def _megabytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) // 1024


def _start(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    variables = os.environ | {"PYTHONPATH": paths, "DASK_TEMPORARY_DIRECTORY": str(folder)} | UNWATCHED
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, *arguments], cwd=folder, env=variables, stdout=log, stderr=log)


def main(words: list[str]) -> None:
    if not words or words == ["--compare"]:
        compare()
    if words == ["--compare"]:
        return
    print("| workers | runs | all report after | reports a second | age: mean, 99 % | client | memory of both | load |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    for count in map(int, words or COUNTS):
        simulate(count)


if __name__ == "__main__":
    main(sys.argv[1:])
