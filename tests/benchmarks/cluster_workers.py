"""Many Dask workers in one process that only report: `python cluster_workers.py SCHEDULER COUNT SECONDS`."""

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Worker
from fake_trainer import RUNNING
from sample_records import RUN

from fmnist_tui.engine.parallel.cluster import remote
from fmnist_tui.engine.parallel.cluster.messages import Assignment
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.records.run import CURVES, Curves, Run

EPOCHS = 10
STEPS = 10
"""Reports within an epoch."""


def report(wanted: Assignment, images: Mapping[str, Any], folder: Path, link: remote.ClientLink) -> Run:
    """Report for `SECONDS`; the learning rate of each progress is the time at which it was made."""
    pause = float(sys.argv[3]) / EPOCHS / STEPS
    curves = Curves()
    for epoch in range(1, EPOCHS + 1):
        for _ in range(STEPS):
            link.show(Progress(Phase.TRAINING, EPOCHS, curves, RUNNING, 1e5, 1.0, time.time()))
            time.sleep(pause)
        curves = Curves(*((getattr(RUN.curves, name)[0],) * epoch for name in CURVES))
    job = wanted.job
    return replace(RUN, id=wanted.run_id, experiment=job.experiment, recipe=job.recipe, seed=job.seed, curves=curves)


async def work(scheduler: str, count: int) -> None:
    workers = [Worker(scheduler, nthreads=1, host="127.0.0.1", dashboard=False, memory_limit=0) for _ in range(count)]
    for worker in workers:
        await worker
    await asyncio.gather(*(worker.finished() for worker in workers))


if __name__ == "__main__":
    remote.train_on_own_threads = report
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
    os._exit(0)
