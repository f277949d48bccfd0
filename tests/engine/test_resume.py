"""A training that is interrupted goes on to what it would have given, and keeps all that it had told."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eager import loaded
from sample_records import RUN
from small_trainings import RUN_ID, Watcher, after, interrupt, past, patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.training import storage as keeping
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.engine.training.storage import Checkpoint, read_checkpoint
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import BEST_MODEL, AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.predictions import read_predictions
from fmnist_tui.lab.runs.stopping import request_stop


@pytest.fixture(scope="module")
def data() -> Dataset:
    return patterns()


@pytest.fixture(scope="module")
def noise(data: Dataset) -> Dataset:
    """Labels that nothing tells: the validation only gets worse."""
    return replace(data, y_train=np.random.default_rng(0).integers(0, 10, len(data.y_train)))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / RUN_ID)


@pytest.fixture(autouse=True)
def checkpoints_at_every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "CHECKPOINT_SHARE", 1e9)


def interrupted(
    data: Dataset, what: Recipe, folder: RunFolder, when: Callable[[Progress], bool], *, resume: bool = False
) -> Run:
    """Train until a progress that kills, and return the run that is pending then."""
    interrupt(data, what, folder, when, resume=resume)
    return pending(folder)


def pending(folder: RunFolder) -> Run:
    journal = folder.read()
    assert journal is not None
    return journal.run


def result_of(run: Run) -> Run:
    """Return a run without what differs from one training to the next."""
    return replace(run, seconds=0.0, started=run.started.replace(year=2000, month=1, day=1, hour=0, minute=0, second=0))


def weights(path: Path) -> list[float]:
    return [float(value) for each in loaded(path).get_weights() for value in each.ravel()]


THREE_EPOCHS = recipe(epochs=3, batch_size=10)
PATIENT = recipe("8", epochs=60, patience=2, optimizer="adam", learning_rate=0.01)
EVERY_STATE = recipe("flatten-bn-drop0.3", optimizer="adam", epochs=5, batch_size=20)
CONVOLUTIONAL = recipe("conv3x3-bn-pool2-flatten-drop0.3", optimizer="nadam", epochs=4, batch_size=20)


# What it goes on to


@pytest.mark.parametrize(
    ("what", "when"), [(EVERY_STATE, after(2)), (CONVOLUTIONAL, past(1.5))], ids=["XLA", "convolutional"]
)
def test_a_resumed_training_ends_as_if_it_had_not_been_interrupted(
    data: Dataset, tmp_path: Path, folder: RunFolder, what: Recipe, when: Callable[[Progress], bool]
) -> None:
    through = run(data, what, model_path=tmp_path / "through.keras")
    interrupted(data, what, folder, when)

    anew = CompiledModelCache()
    resumed = run(data, what, folder=folder, resume=True, model_path=folder.model, cache=anew)

    assert result_of(resumed) == result_of(through)
    assert weights(folder.model) == weights(tmp_path / "through.keras")


def test_several_interruptions_change_nothing_either(data: Dataset, folder: RunFolder) -> None:
    for when in (after(1), past(2.5), after(4)):
        interrupted(data, EVERY_STATE, folder, when, resume=folder.path.exists())

    resumed = run(data, EVERY_STATE, folder=folder, resume=True)

    assert result_of(resumed) == result_of(run(data, EVERY_STATE))


def test_only_what_was_not_finished_is_trained_again(data: Dataset, folder: RunFolder) -> None:
    interrupted(data, THREE_EPOCHS, folder, past(2.5))
    watcher = Watcher()

    run(data, THREE_EPOCHS, folder=folder, resume=True, sink=watcher)

    assert watcher.reports[0].phase is Phase.COMPILING
    assert min(progress.epoch for progress in watcher.reports) == 2
    assert watcher.reports[0].curves == watcher.reports[1].curves


def test_early_stopping_counts_the_epochs_before_the_interruption(noise: Dataset, folder: RunFolder) -> None:
    through = run(noise, PATIENT)
    interrupted(noise, PATIENT, folder, after(through.curves.epochs - 1))

    resumed = run(noise, PATIENT, folder=folder, resume=True)

    assert through.curves.epochs < 60
    assert result_of(resumed) == result_of(through)


def test_a_training_that_had_stopped_early_is_not_trained_on(noise: Dataset, folder: RunFolder) -> None:
    through = run(noise, PATIENT)
    interrupted(noise, PATIENT, folder, lambda progress: progress.phase is Phase.TESTING)
    watcher = Watcher()

    resumed = run(noise, PATIENT, folder=folder, resume=True, sink=watcher)

    assert result_of(resumed) == result_of(through)
    assert watcher.phases == [Phase.COMPILING, Phase.TESTING]


def test_a_training_that_lacked_but_its_test_is_tested(data: Dataset, folder: RunFolder) -> None:
    before = interrupted(data, THREE_EPOCHS, folder, lambda progress: progress.phase is Phase.TESTING)

    resumed = run(data, THREE_EPOCHS, folder=folder, resume=True)

    assert before.reason == "interrupted after epoch 3 of 3"
    assert (resumed.status, resumed.curves) == ("finished", before.curves)
    assert result_of(resumed) == result_of(run(data, THREE_EPOCHS))


def test_the_best_epoch_may_lie_before_the_interruption(noise: Dataset, folder: RunFolder) -> None:
    through = run(noise, PATIENT)
    assert through.curves.best_epoch is not None
    assert through.curves.best_epoch < through.curves.epochs
    interrupted(noise, PATIENT, folder, after(through.curves.best_epoch + 1))

    resumed = run(noise, PATIENT, folder=folder, resume=True, model_path=folder.model)

    assert resumed.best == through.best is not None
    assert (folder.path / BEST_MODEL).exists()


# What it begins anew


def without_checkpoint(folder: RunFolder) -> None:
    folder.checkpoint.unlink()


def with_a_damaged_checkpoint(folder: RunFolder) -> None:
    whole = folder.checkpoint.read_bytes()
    folder.checkpoint.write_bytes(whole[: len(whole) // 2])


def with_a_pipe_for_a_checkpoint(folder: RunFolder) -> None:
    folder.checkpoint.unlink()
    os.mkfifo(folder.checkpoint)


@pytest.mark.parametrize("harm", [without_checkpoint, with_a_damaged_checkpoint, with_a_pipe_for_a_checkpoint])
def test_without_a_sound_checkpoint_it_begins_anew_under_its_own_id(
    data: Dataset, folder: RunFolder, harm: Callable[[RunFolder], None]
) -> None:
    interrupted(data, THREE_EPOCHS, folder, after(2))
    harm(folder)
    watcher = Watcher()

    resumed = run(data, THREE_EPOCHS, folder=folder, resume=True, sink=watcher)

    assert watcher.reports[0].curves.epochs == 0
    assert replace(result_of(resumed), reason=None) == result_of(run(data, THREE_EPOCHS))
    assert pending(folder).curves == resumed.curves


def test_another_trainings_checkpoint_is_not_gone_on_from(data: Dataset, folder: RunFolder) -> None:
    left = interrupted(data, THREE_EPOCHS, folder, after(2))
    assert read_checkpoint(folder.checkpoint, left)

    for other in (
        replace(left, seed=1),
        replace(left, recipe=recipe("9", epochs=3, batch_size=10)),
        replace(left, id="another"),
    ):
        with pytest.raises(RunFolderError, match="another training"):
            read_checkpoint(folder.checkpoint, other)


def test_begun_anew_and_killed_again_no_epoch_is_lost(data: Dataset, folder: RunFolder) -> None:
    before = interrupted(data, THREE_EPOCHS, folder, after(2))
    folder.checkpoint.unlink()

    again = interrupted(data, THREE_EPOCHS, folder, after(1), resume=True)

    assert again.curves == before.curves


# When and how long


def test_the_beginning_and_the_time_of_an_interrupted_training_count(
    data: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = interrupted(data, THREE_EPOCHS, folder, after(2))
    clock = time.perf_counter
    monkeypatch.setattr(time, "perf_counter", lambda: clock() + 1_000)  # nothing of the time between counts

    resumed = run(data, THREE_EPOCHS, folder=folder, resume=True)

    assert resumed.started == before.started
    assert before.seconds < resumed.seconds < before.seconds + 100


# What the folder tells meanwhile


def test_an_epoch_is_in_the_journal_before_anybody_is_told_of_it(data: Dataset, folder: RunFolder) -> None:
    told: list[tuple[int, int]] = []

    def compare(progress: Progress) -> None:
        told.append((progress.curves.epochs, pending(folder).curves.epochs))

    result = run(data, THREE_EPOCHS, sink=compare, folder=folder)

    assert {shown for shown, _ in told} == {0, 1, 2, 3}
    assert all(kept >= shown for shown, kept in told)
    assert pending(folder).curves == result.curves


def test_a_training_is_alive_from_compiling_to_its_last_figure(data: Dataset, folder: RunFolder) -> None:
    alive: set[tuple[Phase, bool]] = set()
    looker = RunFolder(folder.path)

    run(data, THREE_EPOCHS, sink=lambda progress: alive.add((progress.phase, looker.is_alive)), folder=folder)

    assert alive == {(Phase.COMPILING, True), (Phase.TRAINING, True), (Phase.TESTING, True)}
    assert not looker.is_alive


def test_a_run_is_never_trained_twice_at_a_time(
    data: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fmnist_tui.lab.runs.liveness.PATIENCE", 0.0)

    with RunFolder(folder.path).locked(), pytest.raises(AlreadyTrainingError, match="trains this run already"):
        run(data, THREE_EPOCHS, folder=folder)


def test_the_answers_to_the_test_images_are_kept(data: Dataset, folder: RunFolder) -> None:
    result = run(data, THREE_EPOCHS, folder=folder)

    kept = read_predictions(folder.path)
    assert kept is not None
    assert result.test is not None
    assert np.mean(kept.classes == data.y_test) == pytest.approx(result.test.accuracy)
    assert ((kept.confidence >= 0.1) & (kept.confidence <= 1)).all()


# Stopping through the folder


@pytest.fixture
def looks_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.0)


@pytest.mark.usefixtures("looks_at_every_step")
def test_somebody_else_stops_it_at_the_next_step(data: Dataset, folder: RunFolder) -> None:
    watcher = Watcher(lambda: request_stop(folder.path, "now"), past(1.3))

    result = run(data, THREE_EPOCHS, sink=watcher, folder=folder)

    assert (result.status, result.reason) == ("stopped", "stopped by hand in epoch 2 of 3")


@pytest.mark.usefixtures("looks_at_every_step")
def test_somebody_else_stops_it_at_the_end_of_the_epoch(data: Dataset, folder: RunFolder) -> None:
    watcher = Watcher(lambda: request_stop(folder.path, "epoch"), past(1.3))

    result = run(data, THREE_EPOCHS, sink=watcher, folder=folder)

    assert (result.status, result.reason) == ("stopped", "stopped by hand after epoch 2 of 3")


@pytest.mark.usefixtures("looks_at_every_step")
def test_somebody_else_stops_it_in_a_pause(data: Dataset, folder: RunFolder) -> None:
    control = Control()
    asking = Watcher(lambda: request_stop(folder.path, "now"), lambda progress: progress.phase is Phase.PAUSED)

    def pause_early(progress: Progress) -> None:
        if past(0.3)(progress):
            control.pause()
        asking(progress)

    result = run(data, THREE_EPOCHS, sink=pause_early, control=control, folder=folder)

    assert (result.status, result.reason) == ("stopped", "stopped by hand in epoch 1 of 3")


# What cannot be kept


def test_a_folder_that_cannot_be_made_costs_the_journal_and_not_the_training(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way")

    result = run(data, THREE_EPOCHS, folder=RunFolder(tmp_path / "runs" / RUN_ID))

    assert result.status == "finished"
    assert result.test is not None
    how = "move away the file that stands where a folder should be"
    assert result.reason == f"{tmp_path}/runs/{RUN_ID}: cannot be made: Not a directory; {how}"


def test_a_disk_that_is_full_costs_what_is_kept_and_not_the_training(
    data: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    without = run(data, THREE_EPOCHS)
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        disk.setattr(os, "fsync", full)
        result = run(data, THREE_EPOCHS, folder=folder)

    assert (result.status, result.curves, result.test) == ("finished", without.curves, without.test)
    assert result.reason == f"{folder.path}/journal.jsonl: cannot be written: No space left on device; make room"


def test_a_checkpoint_that_finds_no_memory_costs_the_checkpoint_and_not_the_training(
    data: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("fmnist_tui.engine.training.compiled.PreparedRecipe.state", none_left)

    result = run(data, THREE_EPOCHS, folder=folder)

    assert result.status == "finished"
    assert result.reason == f"{folder.path}/checkpoint.npz: not enough memory to keep it"
    assert pending(folder).curves == result.curves


# How often


class Disk:
    """A disk on which a checkpoint takes its time, and the clock that tells it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: RunFolder, seconds: float) -> None:
        self.now = 0.0
        self.written: list[float] = []
        self._seconds = seconds
        monkeypatch.setattr(keeping, "CHECKPOINT_SECONDS", 5.0)
        monkeypatch.setattr(keeping, "CHECKPOINT_SHARE", 0.05)
        monkeypatch.setattr(keeping, "write_checkpoint", self.write)
        self._keeping = keeping.RunStorage(folder, clock=lambda: self.now)

    def write(self, *_: object) -> None:
        self.written.append(self.now)
        self.now += self._seconds

    def train(self, checkpoint: Checkpoint, seconds: float, epochs: int) -> None:
        """Let epochs go by that take some seconds each."""
        for _ in range(epochs):
            self.now += seconds
            self._keeping.add_checkpoint(RUN, lambda: checkpoint)


@pytest.fixture
def checkpoint() -> Checkpoint:
    return Checkpoint(RUN.started, 2.0, RUN.curves, over=False, state={}, best_epoch=None, best_weights=[])


def test_the_first_epoch_is_a_checkpoint_and_not_each_short_one_after_it(
    checkpoint: Checkpoint, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, folder, seconds=0.0)

    disk.train(checkpoint, 2.0, epochs=10)

    assert disk.written == [2.0, 8.0, 14.0, 20.0]


def test_long_epochs_are(checkpoint: Checkpoint, folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, folder, seconds=0.0)

    disk.train(checkpoint, 10.0, epochs=3)

    assert disk.written == [10.0, 20.0, 30.0]


def test_checkpoints_take_a_twentieth_of_the_time_at_most(
    checkpoint: Checkpoint, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, folder, seconds=1.0)

    disk.train(checkpoint, 5.0, epochs=100)

    assert len(disk.written) / disk.now <= 0.05
    assert len(disk.written) > 20
