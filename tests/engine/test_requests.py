"""What another program asks by files in a run's folder: pauses, and changes of the queue."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_trainer import FakeTrainer, tiny_dataset
from sample_records import RUN

from fmnist_tui.engine.parallel import requests
from fmnist_tui.engine.parallel.outside import FolderControl, FolderQueue
from fmnist_tui.engine.parallel.queue import NotWaitingError, Queue
from fmnist_tui.engine.parallel.requests import RequestWatch
from fmnist_tui.engine.parallel.trainings import Trainings
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.folder import clear_requests
from fmnist_tui.lab.runs.pausing import is_paused, set_paused
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.lab.runs.queue_orders import Cancel, Move, PutBack, QueueOrder, leave_order, take_orders

JOBS = tuple(Job("64 units", RUN.recipe, seed) for seed in range(5))


def seeds(queue: Queue) -> list[int]:
    return [job.seed for job in queue.waiting]


def seen_by_others(notebook: NotebookFile) -> PendingRun:
    """Return the training as another program sees it."""
    (pending,) = NotebookFile(notebook.path).pending()
    return pending


def test_a_training_that_goes_on_while_its_pause_is_written_stays_unpaused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(JOBS)
    training = queue.begin(Phase.TRAINING)
    assert training
    (tmp_path / training.run_id).mkdir()
    watch = RequestWatch(queue, tmp_path, lambda: None)

    def write_and_resume(folder: Path, paused: bool) -> None:
        set_paused(folder, paused)
        training.control.resume()

    monkeypatch.setattr(requests, "set_paused", write_and_resume)
    training.control.pause()
    watch.look()
    monkeypatch.undo()
    watch.look()

    assert not training.control.paused
    assert not is_paused(tmp_path / training.run_id)


def test_a_waiting_job_is_cancelled_and_put_back_where_it_stood() -> None:
    queue = Queue(JOBS)

    following = queue.cancel(JOBS[2])
    assert seeds(queue) == [0, 1, 3, 4]
    queue.put_back(JOBS[2], following)
    assert seeds(queue) == [0, 1, 2, 3, 4]

    assert queue.cancel(JOBS[4]) is None
    queue.put_back(JOBS[4], None)
    assert seeds(queue) == [0, 1, 2, 3, 4]


def test_a_job_that_does_not_wait_any_more_is_neither_cancelled_nor_moved_nor_put_back_twice() -> None:
    queue = Queue(JOBS)
    assert queue.begin(Phase.LOADING)

    with pytest.raises(NotWaitingError):
        queue.cancel(JOBS[0])
    with pytest.raises(NotWaitingError):
        queue.move(JOBS[0], 1)
    queue.put_back(JOBS[0], None)
    queue.put_back(JOBS[1], None)
    assert seeds(queue) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("seed", "by", "expected"),
    [(2, -1, [0, 2, 1, 3, 4]), (2, 1, [0, 1, 3, 2, 4]), (0, -1, [0, 1, 2, 3, 4]), (4, 9, [0, 1, 2, 3, 4])],
)
def test_a_waiting_job_is_moved_within_the_queue(seed: int, by: int, expected: list[int]) -> None:
    queue = Queue(JOBS)
    queue.move(JOBS[seed], by)
    assert seeds(queue) == expected


def test_a_queue_that_was_arranged_is_trained_in_its_order_whatever_is_quickest() -> None:
    queue = Queue(JOBS)
    queue.move(JOBS[3], -3)

    begun = [queue.begin(Phase.LOADING, choose=lambda waiting: waiting[-1]) for _ in JOBS]

    assert [training.job.seed for training in begun if training] == [3, 0, 1, 2, 4]
    assert queue.begin(Phase.LOADING) is None
    queue.add(JOBS)
    last = queue.begin(Phase.LOADING, choose=lambda waiting: waiting[-1])
    assert last is not None
    assert last.job == JOBS[4]


@pytest.mark.parametrize("order", [Cancel("a"), Move("a", -1), PutBack(RUN, "b"), PutBack(RUN, None)])
def test_an_order_is_taken_once_as_it_was_left(notebook: NotebookFile, order: QueueOrder) -> None:
    folder = notebook.run_folder("a")
    leave_order(folder, order)
    leave_order(folder, Cancel("last"))

    assert take_orders(folder) == (order, Cancel("last"))
    assert take_orders(folder) == ()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"do": "fly"}', '{"do": "cancel"}', '{"do": "move", "run": 1}'])
def test_an_order_that_is_none_is_removed_without_effect(notebook: NotebookFile, content: str) -> None:
    folder = notebook.run_folder("a")
    (folder / "order-0.json").write_text(content)

    assert take_orders(folder) == ()
    assert not [*folder.glob("order-*")]


def test_requests_to_an_earlier_training_are_removed(notebook: NotebookFile) -> None:
    folder = notebook.run_folder("a")
    set_paused(folder, True)
    leave_order(folder, Cancel("a"))

    clear_requests(folder)

    assert not is_paused(folder)
    assert take_orders(folder) == ()


def test_a_pause_is_shared_both_ways_and_the_later_word_counts(notebook: NotebookFile) -> None:
    queue = Queue(JOBS)
    training = queue.begin(Phase.TRAINING)
    assert training is not None
    folder = notebook.run_folder(training.run_id)
    watch = RequestWatch(queue, notebook.runs_folder, lambda: None)

    def paused() -> bool:
        return training.control.paused

    set_paused(folder, True)
    watch.look()
    assert paused()
    training.control.resume()
    watch.look()
    assert not is_paused(folder)
    training.control.pause()
    watch.look()
    assert is_paused(folder)
    set_paused(folder, False)
    watch.look()
    assert not paused()
    training.control.pause()
    watch.look()
    training.control.stop()
    watch.look()
    assert not is_paused(folder)


def test_a_training_is_paused_and_its_queue_changed_by_another_program(
    notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    """The trainer's thread plays the other program: it acts and waits until the owner has obeyed."""
    queue = Queue(JOBS)

    def act() -> None:
        if trainer.seeds != [0]:
            return
        control = queue.active[0].control
        FolderControl(seen_by_others(notebook)).pause()
        wait_until(lambda: control.paused)
        FolderControl(seen_by_others(notebook)).resume()
        wait_until(lambda: not control.paused)

        def others() -> FolderQueue:
            return FolderQueue(seen_by_others(notebook))

        wait_until(lambda: [*others().jobs] == [*JOBS[1:]])
        following = others().cancel(JOBS[2])
        wait_until(lambda: [*others().jobs] == [JOBS[1], JOBS[3], JOBS[4]])
        others().move(JOBS[4], -2)
        wait_until(lambda: [*others().jobs] == [JOBS[4], JOBS[1], JOBS[3]])
        others().put_back(JOBS[2], following)
        wait_until(lambda: [*others().jobs] == [JOBS[4], JOBS[1], JOBS[2], JOBS[3]])

    trainer.on_first_epoch = act
    list(Trainings(tiny_dataset("fashion-mnist"), notebook).of(queue))

    assert trainer.seeds == [0, 4, 1, 2, 3]
    assert not [*notebook.runs_folder.glob("*/order-*"), *notebook.runs_folder.glob("*/paused")]


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
