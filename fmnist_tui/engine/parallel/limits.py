from collections.abc import Iterable, Iterator

from fmnist_tui.engine.cores import cores, crowding
from fmnist_tui.engine.memory import parallel_limit
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.engine.parallel.side_by_side import seeds_limit
from fmnist_tui.lab.experiments.jobs import Job


def limits(parallelism: Parallelism, jobs: Iterable[Job] = ()) -> Iterator[str]:
    """Yield what makes trainings on this machine slower than they could be, a sentence each."""
    at_once = parallelism.at_once
    sentences = cores().limit, crowding(at_once), parallel_limit(at_once), seeds_limit(parallelism, jobs)
    yield from filter(None, sentences)
