"""The training thread: trains what is queued in order, records it, and says so in few messages."""

import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier, Event, Lock, get_ident

import pytest
from fake_trainer import FakeTrainer, tiny_dataset
from sample_records import RUN
from sweep_jobs import install_fake_trainer
from textual.message import Message

from fmnist_tui.engine.parallel import worker
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.settings.config_file import settings_path
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.training.messages import JobSkipped, JobStarted, QueueEnded, RunEnded
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
def errors() -> list[Exception]:
    """The errors that the background worker reported."""
    return []


@pytest.fixture
def background(errors: list[Exception]) -> Background:
    return Background(lambda lane, error: errors.append(error))


@pytest.fixture
def runner(notebook: NotebookFile, trainer: FakeTrainer, posted: Posted, background: Background) -> Runner:
    """A runner on the quick trainer, for the notebook there."""
    return Runner(notebook.path, posted, background)


def train(runner: Runner, jobs: Sequence[Job]) -> bool:
    """Have jobs trained to their end; return whether a thread began for them."""
    began = runner.add(jobs, DATA)
    runner.wait()
    return began


@pytest.mark.parametrize(
    ("settings", "kept"), [("", True), ("[training]\nkeep_weights = false\n", False)], ids=["none", "no"]
)
def test_the_app_keeps_weights_unless_the_settings_say_no(
    runner: Runner, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: str, kept: bool
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(settings)

    train(runner, JOBS[:1])

    assert trainer.weights_kept == [kept]


def test_a_queue_is_trained_in_order_and_each_run_recorded_as_it_ends(
    runner: Runner, trainer: FakeTrainer, posted: Posted, notebook: NotebookFile
) -> None:
    assert train(runner, JOBS)

    assert posted.kinds == [*(JobStarted, RunEnded) * 3, QueueEnded]
    assert [each.training.number for each in posted if isinstance(each, JobStarted)] == [1, 2, 3]
    assert trainer.seeds == [0, 1, 2]
    assert [run.seed for run in notebook.read().runs] == [0, 1, 2]
    assert not runner.busy
    assert runner.queued == ()
    assert [run.seed for run in runner.done] == [0, 1, 2]


def test_what_is_added_meanwhile_is_trained_by_the_same_thread(
    runner: Runner, trainer: FakeTrainer, posted: Posted
) -> None:
    started: list[bool] = []
    trainer.on_first_epoch = lambda: started.append(runner.add(JOBS[1:], DATA) if len(trainer.seeds) == 1 else False)

    train(runner, JOBS[:1])

    assert not any(started)
    assert trainer.seeds == [0, 1, 2]
    assert [each.training.number for each in posted if isinstance(each, JobStarted)] == [1, 2, 3]


def test_whoever_waits_handles_a_signal_that_another_thread_took(runner: Runner, trainer: FakeTrainer) -> None:
    handled = Event()
    seen: list[bool] = []

    def take_signal() -> None:
        time.sleep(0.2)  # until the main thread waits
        signal.pthread_kill(get_ident(), signal.SIGUSR1)
        seen.append(handled.wait(120))

    trainer.on_first_epoch = take_signal
    before = signal.signal(signal.SIGUSR1, lambda *_: handled.set())
    try:
        train(runner, JOBS[:1])
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert seen == [True]


def test_the_job_at_work_and_those_that_wait_are_known(runner: Runner, trainer: FakeTrainer) -> None:
    seen: list[tuple[int, ...]] = []
    trainer.on_first_epoch = lambda: seen.append(tuple(job.seed for job in runner.queued))

    train(runner, JOBS)

    assert seen == [(0, 1, 2), (1, 2), (2,)]


def test_the_jobs_that_wait_can_be_dropped(runner: Runner, trainer: FakeTrainer) -> None:
    trainer.on_first_epoch = runner.drop_waiting

    train(runner, JOBS)

    assert trainer.seeds == [0]


def test_a_stop_is_for_the_job_at_work_alone(runner: Runner, trainer: FakeTrainer, notebook: NotebookFile) -> None:
    trainer.on_first_epoch = lambda: runner.active[0].control.stop() if len(trainer.seeds) == 1 else None

    train(runner, JOBS)

    assert [run.status for run in notebook.read().runs] == ["stopped", "finished", "finished"]


def test_an_error_of_the_program_ends_the_queue_and_the_next_start_works(
    runner: Runner, trainer: FakeTrainer, posted: Posted, errors: list[Exception]
) -> None:
    trainer.error = RuntimeError("the moon is blue")
    train(runner, JOBS)

    assert posted.kinds == [JobStarted, QueueEnded]
    assert errors == [trainer.error]
    assert not runner.busy
    assert runner.waiting == ()

    trainer.error = None
    assert train(runner, JOBS[2:])
    assert trainer.seeds == [0, 2]


def test_a_notebook_that_cannot_be_written_is_told_with_the_run(
    runner: Runner, posted: Posted, notebook: NotebookFile
) -> None:
    notebook.path.write_text("format = 2\n", encoding="utf-8")

    train(runner, JOBS[:1])

    (ended,) = (each for each in posted if isinstance(each, RunEnded))
    assert ended.problem is not None
    assert "format = 2" in ended.problem
    assert ended.run.status == "finished"


def test_a_training_that_was_stopped_before_its_first_step_is_not_recorded(
    runner: Runner, trainer: FakeTrainer, posted: Posted, notebook: NotebookFile
) -> None:
    trainer.stopped_before_it_began = True

    train(runner, JOBS[:1])

    (skipped,) = (each for each in posted if isinstance(each, JobSkipped))
    assert skipped.why == "stopped by hand before the first epoch; not recorded"
    assert not notebook.path.exists()


def test_what_is_stopped_for_good_begins_nothing_any_more(
    runner: Runner, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.on_first_epoch = runner.stop

    train(runner, JOBS)
    train(runner, JOBS)

    assert [run.status for run in notebook.read().runs] == ["stopped"]


def test_nothing_is_trained_that_was_finished_since_it_was_queued(
    runner: Runner, trainer: FakeTrainer, posted: Posted, notebook: NotebookFile
) -> None:
    done = replace(RUN, id="elsewhere1", experiment=JOBS[1].experiment, recipe=JOBS[1].recipe, seed=JOBS[1].seed)
    trainer.on_first_epoch = lambda: notebook.append_run(done) if len(trainer.seeds) == 1 else None

    train(runner, JOBS)

    assert trainer.seeds == [0, 2]
    (skipped,) = (each for each in posted if isinstance(each, JobSkipped))
    assert skipped.job == JOBS[1]
    assert "meanwhile" in skipped.why


def test_several_are_trained_at_once_and_told_by_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, notebook: NotebookFile, posted: Posted, background: Background
) -> None:
    quick = install_fake_trainer(monkeypatch, tmp_path)
    monkeypatch.setattr(worker, "WorkerProcess", partial(ThreadPoolExecutor, 1))
    quick.on_first_epoch = Barrier(2, timeout=120).wait
    runner = Runner(notebook.path, posted, background, Parallelism(2))

    train(runner, (*JOBS, Job("64 units", RUN.recipe, 3)))

    assert sorted(run.seed for run in notebook.read().runs) == [0, 1, 2, 3]
    assert [each.training.number for each in posted if isinstance(each, JobStarted)] == [1, 2, 3, 4]
    assert posted.kinds[-1] is QueueEnded


def test_how_many_are_trained_at_once_may_change_while_the_queue_is_at_work(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, notebook: NotebookFile, posted: Posted, background: Background
) -> None:
    quick = install_fake_trainer(monkeypatch, tmp_path)
    monkeypatch.setattr(worker, "WorkerProcess", partial(ThreadPoolExecutor, 1))
    both = Barrier(2, timeout=120)
    runner = Runner(notebook.path, posted, background)

    def on_first_epoch() -> None:
        if len(quick.seeds) == 1:
            runner.queue.parallelism = Parallelism(2)
        else:
            both.wait()

    quick.on_first_epoch = on_first_epoch

    train(runner, JOBS)

    assert quick.seeds[0] == 0
    assert sorted(run.seed for run in notebook.read().runs) == [0, 1, 2]


def test_who_has_fallen_silent_goes_on_and_records(
    runner: Runner, trainer: FakeTrainer, posted: Posted, notebook: NotebookFile
) -> None:
    trainer.on_first_epoch = runner.stop_posting

    train(runner, JOBS)

    assert posted.kinds == [JobStarted]
    assert [run.seed for run in notebook.read().runs] == [0, 1, 2]


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


@pytest.mark.parametrize("moment", range(1, 4))
def test_a_job_added_at_any_moment_is_trained_by_the_thread_at_work_or_by_another(
    runner: Runner, background: Background, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    added: list[bool] = []
    monkeypatch.setattr(background, "_lock", TellingLock(moment, lambda: added.append(runner.add(JOBS[1:2], DATA))))

    train(runner, JOBS[:1])
    runner.wait()

    assert trainer.seeds == [0, *([1] if added else [])]
    assert not runner.busy
