"""What is trained and what waits, of this program's queue and of the run folders, as one value."""

from pathlib import Path

from sample_records import a_run

from fmnist_tui.engine.parallel.queue import Place, Queue
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.tui.training.activity import Activity, Sources, activity

RUN = a_run("r0", seed=0, status="interrupted")
FIRST, SECOND = (Job(RUN.experiment, RUN.recipe, seed) for seed in (0, 1))


def pending(*, alive: bool) -> PendingRun:
    return PendingRun(RUN, alive, Path("runs/r0"))


def of(queue: Queue, *seen: PendingRun) -> Activity:
    return activity(Sources(queue.active, queue.waiting, queue.own_ids, seen))


def queue_of(*jobs: Job) -> Queue:
    """Return a queue that trains the first of the jobs as the run `r0`."""
    queue = Queue([Job(jobs[0].experiment, jobs[0].recipe, jobs[0].seed, resumes="r0"), *jobs[1:]])
    queue.begin(Phase.TRAINING)
    return queue


def test_what_is_trained_here_is_not_told_as_another_program_s() -> None:
    queue = queue_of(FIRST, SECOND)

    found = of(queue, pending(alive=True))

    assert [training.place for training in found.active] == [Place.HERE]
    assert (found.waiting, found.journals) == ((SECOND,), (RUN,))


def test_what_has_just_ended_here_is_neither_trained_elsewhere_nor_interrupted() -> None:
    queue = queue_of(FIRST)
    queue.end(queue.active[0])

    assert of(queue, pending(alive=True)) == Activity()


def test_what_ended_here_may_be_resumed_by_another_program() -> None:
    queue = queue_of(FIRST)
    queue.end(queue.active[0])

    queue.forget_others(())
    found = of(queue, pending(alive=True))

    assert [(training.run_id, training.place) for training in found.active] == [("r0", Place.OUTSIDE)]


def test_what_was_broken_off_is_neither_trained_nor_queued() -> None:
    assert of(Queue(), pending(alive=False)) == Activity(journals=(RUN,))


def test_what_two_programs_queue_waits_once() -> None:
    queued = a_run("queued-0", seed=1, status="interrupted")
    other = PendingRun(RUN, alive=True, folder=Path("runs/r0"), queued=(queued,))

    found = of(Queue([SECOND]), other)

    assert found.waiting == (SECOND,)
    assert {job.seed for job in found.jobs} == {0, 1}
