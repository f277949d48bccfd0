"""Trainings that are taken on: by one program of all that train beside a notebook, and seen from then on."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from fake_trainer import FakeTrainer, tiny_dataset
from sample_records import a_run
from sweep_jobs import seeds

from fmnist_tui.engine.parallel.queue import TRAINED_ELSEWHERE, ActiveRun, Claims, Queue, Refused
from fmnist_tui.engine.parallel.trainings import Trainings
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.runs import liveness
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.stopping import request_stop

JOB, OTHER = seeds(8, 2)


def a_training(job: Job = JOB) -> ActiveRun:
    """Return a training of a job whose turn has come."""
    return ActiveRun(job, job.resumes or new_id(), Progress(Phase.LOADING, 2))


def resuming(run_id: str) -> Job:
    """Return the job of going on with an interrupted run."""
    return Job(JOB.experiment, JOB.recipe, JOB.seed, resumes=run_id)


def test_of_many_programs_that_begin_the_same_job_at_once_one_does(notebook: NotebookFile) -> None:
    programs = 8
    together = Barrier(programs, timeout=120)

    def take(_: int) -> str | None:
        claims, training = Claims(NotebookFile(notebook.path), again=True), a_training()
        together.wait()
        return claims.take(training)

    with ThreadPoolExecutor(programs) as threads:
        told = list(threads.map(take, range(programs)))

    assert sorted(told, key=str) == [None, *[TRAINED_ELSEWHERE] * (programs - 1)]
    assert len(notebook.pending()) == 1


def test_of_many_programs_that_go_on_with_the_same_run_at_once_one_does(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "PATIENCE", 0.0)
    notebook.append_run(a_run("broken1", experiment=JOB.experiment, recipe=JOB.recipe, status="interrupted"))
    first, second = Claims(notebook), Claims(NotebookFile(notebook.path))

    assert first.take(a_training(resuming("broken1"))) is None
    assert second.take(a_training(resuming("broken1"))) == TRAINED_ELSEWHERE


def test_a_training_is_seen_by_all_from_its_claim_until_it_is_let_go(notebook: NotebookFile) -> None:
    claims, training = Claims(notebook), a_training()

    assert claims.take(training) is None

    (seen,) = NotebookFile(notebook.path).pending()
    assert seen.alive
    assert (seen.run.id, seen.run.experiment, seen.run.seed) == (training.run_id, JOB.experiment, JOB.seed)
    assert notebook.recover() == ()
    claims.release_lock(training.run_id)
    assert [each.alive for each in notebook.pending()] == [False]


def test_other_jobs_can_be_taken_meanwhile_and_this_one_afterwards(notebook: NotebookFile) -> None:
    claims, others, training = Claims(notebook), Claims(notebook), a_training()
    claims.take(training)

    assert others.take(a_training(OTHER)) is None
    assert others.take(a_training()) == TRAINED_ELSEWHERE
    claims.close()
    assert others.take(a_training()) is None


def test_the_training_goes_on_with_the_journal_of_the_claim(notebook: NotebookFile) -> None:
    training = a_training()
    Claims(notebook).take(training)

    folder = RunFolder(notebook.runs_folder / training.run_id)
    with folder.locked():
        folder.begin(training.run)
        folder.add_epoch(a_run().curves, 1.0)

    journal = folder.read()
    assert journal is not None
    assert journal.run.started == training.started


def test_a_wish_to_stop_that_came_before_the_training_began_counts_and_one_older_than_its_claim_does_not(
    notebook: NotebookFile,
) -> None:
    training = a_training(resuming("broken1"))
    folder = RunFolder(notebook.run_folder("broken1"))
    request_stop(folder.path, "now")

    Claims(notebook).take(training)
    assert folder.stop_asked() is None

    request_stop(folder.path, "epoch")
    with folder.locked():
        folder.begin(training.run)
    assert folder.stop_asked() == "epoch"


def test_what_broke_off_before_its_first_epoch_leaves_nothing_behind(notebook: NotebookFile) -> None:
    claims, training = Claims(notebook), a_training()
    claims.take(training)

    claims.close()

    assert not (notebook.runs_folder / training.run_id).exists()
    assert notebook.pending() == ()


def test_a_run_that_another_program_has_brought_to_an_end_is_not_gone_on_with(notebook: NotebookFile) -> None:
    notebook.append_run(a_run("broken1", experiment=JOB.experiment, recipe=JOB.recipe, status="stopped"))

    assert Claims(notebook, again=True).take(a_training(resuming("broken1"))) == (
        "another program resumed it meanwhile"
    )


def test_where_no_claim_can_be_written_it_is_looked_up_and_the_job_is_begun(notebook: NotebookFile) -> None:
    notebook.append_run(a_run("done1", experiment=OTHER.experiment, recipe=OTHER.recipe, seed=OTHER.seed))
    (notebook.runs_folder / f".{notebook.path.name}.lock").unlink()
    (notebook.runs_folder / f".{notebook.path.name}.lock").mkdir()

    assert Claims(notebook).take(a_training()) is None
    assert Claims(notebook).take(a_training(OTHER)) == "it was trained meanwhile"
    assert notebook.pending() == ()


def test_a_run_is_others_until_it_is_recorded_and_then_nobody_s(
    notebook: NotebookFile, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[bool] = []
    record = NotebookFile.record

    def look_and_record(file: NotebookFile, run: object) -> None:
        alive.extend(each.alive for each in NotebookFile(notebook.path).pending())
        record(file, run)  # type: ignore[arg-type]  # a run it is

    monkeypatch.setattr(NotebookFile, "record", look_and_record)
    queue = Queue([JOB])

    for _ in Trainings(tiny_dataset("synthetic"), notebook).of(queue):
        assert queue.active == ()
        assert NotebookFile(notebook.path).pending() == ()

    assert alive == [True]


def test_a_job_that_another_program_trains_is_left_out_and_told(
    notebook: NotebookFile, trainer: FakeTrainer, tmp_path: Path
) -> None:
    Claims(NotebookFile(notebook.path)).take(elsewhere := a_training())

    told = list(Trainings(tiny_dataset("synthetic"), notebook, again=True).of(Queue([JOB, OTHER])))

    assert [each.why for each in told if isinstance(each, Refused)] == [TRAINED_ELSEWHERE]
    assert trainer.seeds == [OTHER.seed]
    assert [each.run.id for each in notebook.pending()] == [elsewhere.run_id]
