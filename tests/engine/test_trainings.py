"""The one place that begins trainings: recorded once, kept where that fails, and never begun twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from fake_trainer import FakeTrainer, tiny_dataset
from sample_records import RUN, a_run
from sweep_jobs import install_fake_trainer, seeds
from terminal import wait_until

from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, Refused, is_recordable
from fmnist_tui.engine.parallel.trainings import MOST_PUBLISHED, Trainings
from fmnist_tui.engine.training.progress import Control, Phase
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.queued import read_queued
from fmnist_tui.lab.runs.stopping import request_no_more

DATA = tiny_dataset("synthetic")
JOBS = seeds(8, 3)


@pytest.fixture
def trainings(notebook: NotebookFile, trainer: FakeTrainer) -> Trainings:
    """The trainings of a test: in its own process, by the quick trainer."""
    return Trainings(DATA, notebook)


def test_each_run_is_recorded_before_it_is_told_and_has_its_folder(
    trainings: Trainings, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    told = trainings.of(Queue(JOBS))

    for number, each in enumerate(told, 1):
        assert isinstance(each, Run)
        assert [run.id for run in notebook.read().runs][-1] == each.id
        assert len(notebook.read().runs) == number
        assert trainer.folders[-1] == notebook.runs_folder / each.id


def test_several_have_a_worker_each_of_whatever_executor(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quick = install_fake_trainer(monkeypatch, tmp_path)
    quick.on_first_epoch = Barrier(2, timeout=120).wait
    made = []

    def make_executor() -> ThreadPoolExecutor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    told = list(Trainings(DATA, notebook, make_executor=make_executor).of(Queue(seeds(8, 4), Parallelism(2))))

    assert len(made) == 2
    assert len(told) == len(notebook.read().runs) == 4


def test_the_queue_is_left_in_few_folders_however_many_are_trained(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    many = MOST_PUBLISHED + 2
    queue = Queue(seeds(8, many + 3), Parallelism(many))
    found: list[Path] = []

    def holders() -> list[Path]:
        return [file.parent for file in notebook.runs_folder.glob("*/queued.toml")]

    def is_published() -> bool:
        return [len(read_queued(folder)) for folder in holders()].count(len(queue.waiting)) >= MOST_PUBLISHED

    def change_the_queue() -> None:
        for _ in range(2):  # once the second change is published, the first is, in all folders
            queue.cancel(queue.waiting[0])
            wait_until(is_published)
        found.extend(holders())

    trainer = install_fake_trainer(monkeypatch, tmp_path)
    all_began = Barrier(many, action=change_the_queue, timeout=120)
    trainer.on_first_epoch = lambda: found or all_began.wait()

    told = list(Trainings(DATA, notebook, make_executor=lambda: ThreadPoolExecutor(1)).of(queue))

    assert len(found) == MOST_PUBLISHED
    assert len(told) == many + 1
    assert not list(notebook.runs_folder.glob("*/queued.toml"))


def test_the_pictures_of_a_training_are_told_as_it_goes(trainings: Trainings) -> None:
    seen: list[tuple[str, Phase]] = []

    def show(training: ActiveRun) -> None:
        seen.append((training.run_id, training.progress.phase))

    (ended,) = trainings.of(Queue(JOBS[:1]), show)

    assert isinstance(ended, Run)
    assert seen == [(ended.id, phase) for phase in (Phase.LOADING, Phase.COMPILING, Phase.TRAINING, Phase.TESTING)]


def test_what_cannot_be_recorded_is_kept_and_told_and_the_others_go_on(
    trainings: Trainings, notebook: NotebookFile
) -> None:
    notebook.path.write_text("format = 99\n", encoding="utf-8")

    told = list(trainings.of(Queue(JOBS)))

    assert len(told) == 3
    for each in told:
        assert isinstance(each, Refused)
        assert each.run
        assert f"{each.run.id}/run.toml" in each.why
    notebook.path.unlink()
    assert {run.id for run in notebook.recover()} == {
        each.run.id for each in told if isinstance(each, Refused) and each.run
    }


def test_where_not_even_that_can_be_written_nothing_more_is_begun(
    trainings: Trainings, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    notebook.runs_folder.write_text("in the way", encoding="utf-8")

    (ended,) = trainings.of(Queue(JOBS))

    assert isinstance(ended, Refused)
    assert ended.run
    assert trainer.seeds == [0]
    assert trainer.folders == [None]


def test_a_wish_left_in_a_run_s_folder_lets_nothing_follow_it(
    trainings: Trainings, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    def ask() -> None:
        folder = trainer.folders[-1]
        assert folder is not None
        request_no_more(folder)

    trainer.on_first_epoch = ask
    queue = Queue(JOBS)

    assert len(list(trainings.of(queue))) == 1
    assert queue.waiting == ()

    trainer.on_first_epoch = lambda: None
    queue.add(JOBS[1:])
    assert len(list(trainings.of(queue))) == 2


def test_an_interrupted_run_is_gone_on_with_in_its_own_folder_and_its_record_replaced(
    trainings: Trainings, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    job = JOBS[0]
    notebook.append_run(a_run("broken1", experiment=job.experiment, recipe=job.recipe, status="interrupted"))

    list(trainings.of(Queue([replace(job, resumes="broken1")])))

    assert trainer.jobs[0].resumes == "broken1"
    assert trainer.folders == [notebook.runs_folder / "broken1"]
    (run,) = notebook.read().runs
    assert (run.id, run.status) == ("broken1", "finished")


@pytest.mark.parametrize("again", [False, True])
def test_a_job_that_was_finished_meanwhile_is_refused_unless_it_is_wanted_again(
    notebook: NotebookFile, trainer: FakeTrainer, again: bool
) -> None:
    done = JOBS[1]
    notebook.append_run(a_run("done1", experiment=done.experiment, recipe=done.recipe, seed=done.seed))

    told = list(Trainings(DATA, notebook, again=again).of(Queue(JOBS)))

    assert len(told) == 3
    refused = [each for each in told if isinstance(each, Refused)]
    assert [each.job for each in refused] == ([] if again else [done])


def test_a_stopped_run_was_trained_if_it_took_a_step() -> None:
    assert is_recordable(RUN)
    assert is_recordable(a_run(status="stopped", curves=Curves()))
    assert is_recordable(a_run(status="failed", curves=Curves(), test=None))
    assert not is_recordable(a_run(status="stopped", curves=Curves(), test=None))


def test_a_queue_that_is_stopped_begins_nothing_and_stops_even_what_begins_at_that_moment() -> None:
    queue = Queue(JOBS)

    training = queue.begin(Phase.LOADING, claim=lambda _: queue.stop())

    assert training is not None
    assert training.control.stopping_now
    assert queue.begin(Phase.LOADING) is None
    assert queue.waiting == ()


def test_a_stop_reaches_all_that_are_at_work() -> None:
    queue = Queue(JOBS)
    controls: list[Control] = [training.control for _ in range(2) if (training := queue.begin(Phase.LOADING))]

    queue.stop()

    assert [control.stopping_now for control in controls] == [True, True]


def test_the_place_of_a_training_is_free_once_it_has_ended() -> None:
    queue = Queue(JOBS)
    first, second = queue.begin(Phase.LOADING), queue.begin(Phase.LOADING)
    assert first
    assert second
    assert [each.job.seed for each in queue.active] == [0, 1]

    queue.end(first)

    assert [each.job.seed for each in queue.active] == [1]
    assert [job.seed for job in queue.waiting] == [2]
