"""The training thread: trains what is queued in order, records it, and says so in few messages."""

from collections.abc import Callable
from threading import Lock

import pytest
from quick_trainer import QuickTrainer, tiny_dataset
from samples import RUN
from textual.message import Message

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plan import Job
from fmnist_tui.tui.training.messages import JobStarted, QueueEnded, RunEnded, TrainerBroke
from fmnist_tui.tui.training.runner import Runner

DATA = tiny_dataset("fashion-mnist")
JOBS = tuple(Job("64 units", RUN.recipe, seed) for seed in range(3))


class Posted(list[Message]):
    """What a runner posted, in order; something may be done as it comes."""

    def __call__(self, message: Message) -> None:
        """Take a message."""
        self.append(message)

    @property
    def kinds(self) -> list[type[Message]]:
        """Their kinds, in order."""
        return [type(message) for message in self]


@pytest.fixture
def posted() -> Posted:
    return Posted()


@pytest.fixture
def runner(notebook: NotebookFile, trainer: QuickTrainer, posted: Posted) -> Runner:
    """A runner on the quick trainer, for the notebook there."""
    return Runner(notebook.path, posted)


def test_a_queue_is_trained_in_order_and_each_run_recorded_as_it_ends(
    runner: Runner, trainer: QuickTrainer, posted: Posted, notebook: NotebookFile
) -> None:
    assert runner.add(JOBS)
    assert not runner.add(())
    runner.work(DATA)

    assert posted.kinds == [*(JobStarted, RunEnded) * 3, QueueEnded]
    assert [(each.number, each.total) for each in posted if isinstance(each, JobStarted)] == [(1, 3), (2, 3), (3, 3)]
    assert trainer.seeds == [0, 1, 2]
    assert [run.seed for run in notebook.read().runs] == [0, 1, 2]
    assert not runner.busy
    assert runner.queued == ()
    assert runner.progress is None


def test_what_is_added_meanwhile_is_trained_by_the_same_thread(
    runner: Runner, trainer: QuickTrainer, posted: Posted
) -> None:
    runner.add(JOBS[:1])
    started: list[bool] = []
    trainer.on_first_epoch = lambda: started.append(runner.add(JOBS[1:]) if len(trainer.seeds) == 1 else False)

    runner.work(DATA)

    assert not any(started)
    assert trainer.seeds == [0, 1, 2]
    assert [(each.number, each.total) for each in posted if isinstance(each, JobStarted)] == [(1, 1), (2, 3), (3, 3)]


def test_the_job_at_work_and_those_that_wait_are_known(runner: Runner, trainer: QuickTrainer) -> None:
    seen: list[tuple[int, ...]] = []
    trainer.on_first_epoch = lambda: seen.append(tuple(job.seed for job in runner.queued))

    runner.add(JOBS)
    runner.work(DATA)

    assert seen == [(0, 1, 2), (1, 2), (2,)]


def test_the_jobs_that_wait_can_be_dropped(runner: Runner, trainer: QuickTrainer) -> None:
    trainer.on_first_epoch = runner.drop_waiting

    runner.add(JOBS)
    runner.work(DATA)

    assert trainer.seeds == [0]


def test_a_stop_is_for_the_job_at_work_alone(runner: Runner, trainer: QuickTrainer, notebook: NotebookFile) -> None:
    trainer.on_first_epoch = lambda: runner.control.stop() if len(trainer.seeds) == 1 else None

    runner.add(JOBS)
    runner.work(DATA)

    assert [run.status for run in notebook.read().runs] == ["stopped", "finished", "finished"]


def test_an_error_of_the_program_ends_the_queue_and_the_next_start_works(
    runner: Runner, trainer: QuickTrainer, posted: Posted
) -> None:
    trainer.error = RuntimeError("the moon is blue")
    runner.add(JOBS)
    runner.work(DATA)

    assert posted.kinds == [JobStarted, TrainerBroke, QueueEnded]
    assert not runner.busy
    assert runner.waiting == ()

    trainer.error = None
    assert runner.add(JOBS[2:])
    runner.work(DATA)
    assert trainer.seeds == [0, 2]


def test_a_notebook_that_cannot_be_written_is_told_with_the_run(
    runner: Runner, posted: Posted, notebook: NotebookFile
) -> None:
    notebook.path.write_text("format = 2\n", encoding="utf-8")

    runner.add(JOBS[:1])
    runner.work(DATA)

    (ended,) = (each for each in posted if isinstance(each, RunEnded))
    assert ended.problem is not None
    assert "format = 2" in ended.problem
    assert ended.run.status == "finished"


class TellingLock:
    """A lock that does something after it was given back for the n-th time."""

    def __init__(self, nth: int, act: Callable[[], None]) -> None:
        self._lock, self._left, self._act = Lock(), nth, act

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        self._left -= 1
        if self._left == 0:
            self._act()


@pytest.mark.parametrize("moment", range(1, 8))
def test_a_job_added_at_any_moment_is_trained_by_the_thread_at_work_or_by_another(
    runner: Runner, trainer: QuickTrainer, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    needed: list[bool] = []
    runner.add(JOBS[:1])
    monkeypatch.setattr(runner, "_lock", TellingLock(moment, lambda: needed.append(runner.add(JOBS[1:2]))))

    runner.work(DATA)
    if any(needed):
        runner.work(DATA)

    assert trainer.seeds == [0, *([1] if needed else [])]
    assert not runner.busy
