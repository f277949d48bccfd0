"""What a Dask cluster costs.

    python tests/benchmarks/cluster.py               two workers of a local cluster against `--jobs 2`, in turn
    python tests/benchmarks/cluster.py 100 300       the progress of so many simulated workers, one after the other

The simulated workers share a few processes of this machine, and their trainings only report, twice a second. Printed
are the reports that the client handled a second, the time from a report to its display (mean and longest), the
processor time of the client, and the memory of client and scheduler.
"""

import json
import os
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
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue  # noqa: E402
from fmnist_tui.engine.parallel.trainings import Trainings  # noqa: E402
from fmnist_tui.lab.experiments.jobs import Job  # noqa: E402
from fmnist_tui.lab.notebook.file import NotebookFile  # noqa: E402
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe  # noqa: E402
from fmnist_tui.lab.records.shorthand import parse  # noqa: E402

ROUNDS = 3
SEEDS = 8
SECONDS = 30.0
"""Length of a simulated training."""
A_PROCESS = 100
"""Simulated workers a process."""


def seconds(data: Dataset, cluster: Cluster | None) -> float:
    """Train all seeds two at a time, from nothing."""
    jobs = [Job("64-32", Recipe(parse("64-32"), Hyperparameters(epochs=20), data.name), seed) for seed in range(SEEDS)]
    with TemporaryDirectory() as folder:
        trainings = Trainings(data, NotebookFile(Path(folder) / "experiments.toml"), cluster=cluster)
        began = time.perf_counter()
        runs = list(trainings.of(Queue(jobs, max_parallel=2)))
        assert len(runs) == SEEDS
        return time.perf_counter() - began


def compare() -> None:
    data = load("auto")
    here, there = [], []
    for number in range(1, ROUNDS + 1):
        here.append(seconds(data, None))
        with closing(Cluster("local", local_workers=2)) as cluster:
            there.append(seconds(data, cluster))
        print(f"round {number}: --jobs 2 {here[-1]:.1f} s, two workers of a cluster {there[-1]:.1f} s")
    print(f"best of {ROUNDS}: {min(here):.1f} s, {min(there):.1f} s, ratio {min(there) / min(here):.2f}")


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
    print(
        f"{count:,} workers: {runs:,} runs in {took:.0f} s, all reporting after {reached:.0f} s; "
        f"{len(lags) / took:,.0f} reports a second, {sum(lags) / len(lags):.2f} s old, at most {max(lags):.1f} s; "
        f"client {work / took:.0%} of a core, {_megabytes(os.getpid())} MB; scheduler {_megabytes(scheduler)} MB",
        flush=True,
    )


def _megabytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) // 1024


def _start(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    variables = os.environ | {"PYTHONPATH": paths, "DASK_TEMPORARY_DIRECTORY": str(folder)}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, *arguments], cwd=folder, env=variables, stdout=log, stderr=log)


if __name__ == "__main__":
    if sys.argv[1:]:
        for count in sys.argv[1:]:
            simulate(int(count))
    else:
        compare()
