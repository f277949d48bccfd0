from collections.abc import Sequence

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.memory import most_workers
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.experiments.speeds import TYPICAL


def soonest(jobs: Sequence[Job]) -> Parallelism:
    """Return what trains jobs soonest on this machine, where the user left it open.

    Several recipes train in a process for each core, where each process gets an equal share of the work and memory is
    free for two; else one recipe after another on all cores. ArchitectureError: a network cannot be built.
    """
    if len({job.recipe for job in jobs}) > 1:
        seconds = [TYPICAL.seconds(job.recipe, job.recipe.training.epochs) for job in jobs]
        at_once = min(usable_cores(), int(sum(seconds) / max(seconds)))
        if min(at_once, most_workers()) > 1:
            return Parallelism(at_once)
    return SIDE_BY_SIDE
