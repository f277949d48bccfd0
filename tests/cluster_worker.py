"""A process that forks Dask workers of one thread: `python cluster_worker.py`.

Each line on its standard input is a JSON list, `[LOG, SCHEDULER, GATES]` or `[LOG, SCHEDULER, GATES, ADDRESS]`, where
all others reach that worker at ADDRESS; it answers with the worker's process id. Importing Dask takes a second, a fork
of a process that has done so nothing. It has run none of it, and so has no threads.

Experiments whose name begins with `STAND_IN` are trained by a stand-in without TensorFlow, which waits for the file
that the rest of the name names in the folder GATES.
"""

import asyncio
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from cluster_stand_ins import KILLS, QUICK, RAISES, STAND_IN
from distributed import Worker
from fake_trainer import ONE_EPOCH, RUNNING
from sample_records import RUN

from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.parallel.cluster import remote
from fmnist_tui.engine.parallel.cluster.messages import Assignment
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions

MOST_SECONDS = 300.0
MOST_KILLED = 3
real_training = remote.train_on_own_threads


def train(wanted: Assignment, images: Mapping[str, Any], folder: Path, link: remote.ClientLink) -> Run:
    name = wanted.job.experiment
    if not name.startswith(STAND_IN):
        return real_training(wanted, images, folder, link)
    assert images["dataset"]["x_train"].dtype == np.uint8
    job = wanted.job
    run = replace(RUN, id=wanted.run_id, experiment=name, recipe=job.recipe, seed=job.seed, environment=environment())
    if name == RAISES:
        raise ValueError("not the training's fault")
    link.show(Progress(Phase.TRAINING, 2, ONE_EPOCH, RUNNING, 40_000.0, 3.0, 0.001))
    if name == KILLS and len(list(Path(sys.argv[2]).glob("killed-*"))) < MOST_KILLED:
        (Path(sys.argv[2]) / f"killed-{os.getpid()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    gate = Path(sys.argv[2]) / name.removeprefix(STAND_IN).strip()
    end = time.monotonic() + MOST_SECONDS
    while name != QUICK and not gate.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{gate} never came")
        if link.control.stopping:
            return replace(run, status="stopped", reason="stopped by hand in epoch 2 of 2", curves=ONE_EPOCH)
        if link.control.paused:
            link.show(Progress(Phase.PAUSED, 2, ONE_EPOCH, RUNNING))
            link.control.wait_while_paused()
            link.show(Progress(Phase.TRAINING, 2, ONE_EPOCH, RUNNING))
        time.sleep(0.01)
    write_predictions(folder, Predictions(np.zeros(2, np.uint8), np.ones(2, np.float32)))
    return run


async def work(scheduler: str, contact_address: str | None = None) -> None:
    where = {"host": "127.0.0.1", "contact_address": contact_address}
    async with Worker(scheduler, nthreads=1, dashboard=False, **where) as worker:
        await worker.finished()


def serve() -> None:
    """Fork for each line, until the input is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a worker, so that none is left as a zombie
    for line in sys.stdin:
        log, *words = json.loads(line)
        if worker := os.fork():
            sys.stdout.write(f"{worker}\n")
            sys.stdout.flush()
        else:
            _be_worker(log, words)


def _be_worker(log: str, words: list[str]) -> NoReturn:
    with Path(os.devnull).open("rb") as nothing, Path(log).open("wb") as written:
        for file, number in ((nothing, 0), (written, 1), (written, 2)):
            os.dup2(file.fileno(), number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where `nohup` runs the tests
    sys.argv[1:] = words
    status = 1
    try:
        scheduler, _, *contact_address = words
        asyncio.run(work(scheduler, *contact_address))
        status = 0
    except BaseException:
        traceback.print_exc()
    os._exit(status)


if __name__ == "__main__":
    remote.train_on_own_threads = train
    remote.REPORT_SECONDS = 0.05
    serve()
